/** A role for many users as one job, to one statement that writes the same grants. */

import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createSend } from "../harness/closed-loop.ts";
import { readMemoryMb } from "../harness/cpu.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, valueRow } from "../harness/report.ts";

const defaultSizes = [1_000, 5_000];
const largeSizes = [1_000, 10_000, 100_000];

interface Measured {
  readonly size: number;
  readonly seconds: number;
  readonly floorSeconds: number;
  readonly addedMb: number;
  readonly outcome: string;
}

/** `npm run bench -- bulk-roles` */
export const bulkRoles: Benchmark = {
  name: "bulk-roles",
  summary: "a role for many users as a job; --large: 100,000 users",
  run: async (log, { isLarge }) => {
    const database = await createBenchDatabase();
    const server = await startGatehouse(database.url, { WORKER: "on" });
    const send = createSend(server.url, new Agent({ keepAlive: true }));
    const measured: Measured[] = [];
    for (const size of isLarge ? largeSizes : defaultSizes) {
      log(`creating ${size.toLocaleString("en")} users`);
      const organization = await database.organization();
      const { organizationId } = organization;
      await database.users(organization, generateUsers(size));
      await database.sql("ANALYZE");
      const { key } = await database.apiKey(organization, { permissions: null });
      const headers = { authorization: `Bearer ${key}` };
      const path = `/api/v1/organizations/${organizationId}/user-jobs`;
      const roleId = await database.role(organization, { name: "Given to all", permissions: [] });
      log("running the job");
      const memoryBefore = readMemoryMb(server.child.pid ?? 0);
      const startedAt = performance.now();
      const body = { action: "add-role", roleId, users: { matching: {} } };
      const started = await send({ method: "POST", path, headers, body });
      const { id } = JSON.parse(started.body) as { id: string };
      let job = { status: "queued", total: 0, succeeded: 0 };
      let memory = memoryBefore;
      while (job.status === "queued" || job.status === "running") {
        await sleep(50);
        job = JSON.parse((await send({ method: "GET", path: `${path}/${id}`, headers })).body) as typeof job;
        memory = Math.max(memory, readMemoryMb(server.child.pid ?? 0));
      }
      const seconds = (performance.now() - startedAt) / 1_000;
      const floorStartedAt = performance.now();
      await database.sql(`CREATE TABLE bench_grants_${size} (LIKE user_roles INCLUDING STORAGE)`);
      await database.sql(
        `INSERT INTO bench_grants_${size} SELECT * FROM user_roles WHERE organization_id = $1 AND role_id = $2`,
        [organizationId, roleId],
      );
      const floorSeconds = (performance.now() - floorStartedAt) / 1_000;
      await database.sql(`DROP TABLE bench_grants_${size}`);
      measured.push({
        size: job.total,
        seconds,
        floorSeconds,
        addedMb: memory - memoryBefore,
        outcome: `${job.status}, ${job.succeeded} of ${job.total}`,
      });
    }
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const last = measured.at(-1);
    return {
      rows: [
        valueRow({
          what: `users a second, ${(last?.size ?? 0).toLocaleString("en")} in one job`,
          value: (last?.size ?? 0) / (last?.seconds ?? Number.NaN),
          unit: "users/s",
          goal: { min: 5_000 },
        }),
        valueRow({
          what: "memory that the job added",
          value: last?.addedMb ?? Number.NaN,
          unit: "MB",
          goal: { max: 50 },
        }),
      ],
      curves: [
        {
          title: "A role for all users as one job, by users",
          unit: "s",
          series: [
            { name: "job", points: measured.map(({ size, seconds }) => [size, seconds] as const) },
            {
              name: "INSERT … SELECT",
              points: measured.map(({ size, floorSeconds }) => [size, floorSeconds] as const),
            },
          ],
        },
      ],
      raw: [
        database.version,
        ...measured.map(
          ({ size, seconds, floorSeconds, outcome }) =>
            `${size} users: ${seconds.toFixed(2)} s (${outcome}); the same grants by one INSERT … SELECT: ${floorSeconds.toFixed(3)} s`,
        ),
        ...statements,
      ],
    };
  },
};
