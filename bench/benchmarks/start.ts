/** The start of a built server until it is ready, and its memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildOnce } from "../../scripts/installed/built-server.mjs";
import { createLoad } from "../harness/closed-loop.ts";
import { quantile } from "../harness/compare.ts";
import { readMemoryMb } from "../harness/cpu.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { startBuilt } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const users = 10_000;
const starts = 5;
const lists = 10_000;

/** `npm run bench -- start` */
export const start: Benchmark = {
  name: "start",
  summary: "seconds until a built server is ready, and its memory",
  run: async (log) => {
    const database = await createBenchDatabase();
    const acme = await database.organization();
    await database.users(acme, generateUsers(users));
    await database.sql("ANALYZE");
    log("building");
    await buildOnce();
    const onPostgres = { databaseUrl: database.url };
    await (await startBuilt(onPostgres)).stop(); // fills the compile cache
    const postgres: number[] = [];
    const embedded: number[] = [];
    const created: number[] = [];
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-start-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await (await startBuilt({ folder: join(folder, "kept") })).stop();
    for (let round = 0; round < starts; round += 1) {
      log(`start ${round + 1} of ${starts}`);
      postgres.push(await timeStart(() => startBuilt(onPostgres)));
      embedded.push(await timeStart(() => startBuilt({ folder: join(folder, "kept") })));
      created.push(await timeStart(() => startBuilt({ folder: join(folder, `new-${round}`) })));
    }
    log("measuring the memory");
    const cookie = `gatehouse=${await database.session(acme.owner)}`;
    const server = await startBuilt(onPostgres);
    const pid = server.child.pid ?? 0;
    await sleep(5_000); // at rest
    const atRest = readMemoryMb(pid);
    const path = `/api/v1/organizations/${acme.organizationId}/users`;
    let sent = 0;
    const load = createLoad("lists", server, {
      postmaster: database.postmaster,
      step: async (send) => {
        sent += 1;
        await send({ method: "GET", path, headers: { cookie } });
      },
    });
    while (sent < lists) await load.round();
    const afterLists = readMemoryMb(pid);
    await server.stop();
    await database.close();
    const seconds = (what: string, values: readonly number[], max: number) =>
      valueRow({ what, value: quantile(values, 0.5), unit: "s", goal: { max } });
    const megabytes = (what: string, value: number, max: number) =>
      valueRow({ what, value, unit: "MB", goal: { max } });
    return {
      rows: [
        seconds("until ready on PostgreSQL", postgres, 0.8),
        seconds("until ready, embedded", embedded, 1.5),
        seconds("until ready, embedded in a new folder", created, 3),
        megabytes("memory at rest", atRest, 120),
        megabytes(`memory after ${lists.toLocaleString("en")} lists`, afterLists, 200),
      ],
      raw: [
        `${database.version}; ${starts} starts each, the median; every start took: ${[postgres, embedded, created].map((values) => values.map(short).join(" ")).join(" · ")}`,
      ],
    };
  },
};

async function timeStart(begin: () => Promise<{ readonly stop: () => Promise<void> }>): Promise<number> {
  const startedAt = performance.now();
  const server = await begin();
  const seconds = (performance.now() - startedAt) / 1_000;
  await server.stop();
  return seconds;
}
