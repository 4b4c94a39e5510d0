/** A role for many users as one job, to one statement that writes the same grants; a page meanwhile, to the same page before. */

import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createSend, type Send } from "../harness/closed-loop.ts";
import { quantile } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase, waitUntilSealed } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { measureAddedMemory } from "../harness/memory.ts";
import { measureIdlePage, measurePageBeside } from "../harness/page-beside.ts";
import { type RunningServer, startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const defaultSizes = [1_000, 5_000];
const largeSizes = [1_000, 10_000, 100_000];

interface Measured {
  readonly size: number;
  readonly seconds: number;
  /** Until every audit event of the job has its number. */
  readonly sealedSeconds: number;
  readonly floorSeconds: number;
  readonly addedMb: number;
  readonly outcome: string;
  readonly idlePage: readonly number[];
  readonly pageBeside: readonly number[];
}

interface Job {
  readonly status: string;
  readonly total: number;
  readonly succeeded: number;
}

/** `npm run bench -- bulk-roles` */
export const bulkRoles: Benchmark = {
  name: "bulk-roles",
  summary: "a role for many users as a job; --large: 100,000 users",
  run: async (log, { isLarge }) => {
    const database = await createBenchDatabase();
    const server = await startGatehouse(database.url, { WORKER: "on" });
    const measured: Measured[] = [];
    for (const size of isLarge ? largeSizes : defaultSizes) {
      log(`a job with ${size.toLocaleString("en")} users`);
      measured.push(await measureJob(database, server, size));
    }
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const last = measured.at(-1);
    const users = `${(last?.size ?? 0).toLocaleString("en")} users in one job`;
    return {
      rows: [
        valueRow({
          what: `users a second, ${users}`,
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
        {
          ...valueRow({
            what: "p99 of a page meanwhile, to the same before",
            value: quantile(last?.pageBeside ?? [], 0.99) / quantile(last?.idlePage ?? [], 0.99),
            unit: "×",
            goal: { max: 3 },
          }),
          isRatio: true,
        },
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
      raw: [database.version, ...measured.map(describe), ...statements],
    };
  },
};

async function measureJob(database: BenchDatabase, server: RunningServer, size: number): Promise<Measured> {
  const send = createSend(server.url, new Agent({ keepAlive: true }));
  const organization = await database.organization();
  const { organizationId } = organization;
  await database.users(organization, generateUsers(size - 1, `${size}.example`)); // and the owner
  await database.sql("VACUUM ANALYZE");
  const { key } = await database.apiKey(organization, { permissions: null });
  const headers = { authorization: `Bearer ${key}` };
  const path = `/api/v1/organizations/${organizationId}`;
  const roleId = await database.role(organization, { name: "Given to all", permissions: [] });
  const page = { method: "GET", path: `${path}/users`, headers } as const;
  const idlePage = await measureIdlePage(send, page);
  const startedAt = performance.now();
  const run = async () => {
    const body = { action: "add-role", roleId, users: { matching: {} } };
    const started = await send({ method: "POST", path: `${path}/user-jobs`, headers, body });
    return waitForJob(send, `${path}/user-jobs/${(JSON.parse(started.body) as { id: string }).id}`, headers);
  };
  const { times: pageBeside, result } = await measurePageBeside(send, page, () =>
    measureAddedMemory(server.child.pid ?? 0, run),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await waitUntilSealed(database, organizationId);
  const sealedSeconds = (performance.now() - startedAt) / 1_000;
  const { status, total, succeeded } = result.result;
  return {
    size: total,
    seconds,
    sealedSeconds,
    floorSeconds: await measureFloor(database, organizationId, roleId),
    addedMb: result.addedMb,
    outcome: `${status}, ${succeeded} of ${total}`,
    idlePage,
    pageBeside,
  };
}

async function waitForJob(send: Send, path: string, headers: Record<string, string>): Promise<Job> {
  for (;;) {
    await sleep(50);
    const job = JSON.parse((await send({ method: "GET", path, headers })).body) as Job;
    if (job.status !== "queued" && job.status !== "running") return job;
  }
}

/** Seconds of one statement that writes the same grants, without indexes. */
async function measureFloor({ sql }: BenchDatabase, organizationId: string, roleId: string): Promise<number> {
  const startedAt = performance.now();
  await sql("CREATE TABLE bench_grants (LIKE user_roles INCLUDING STORAGE)");
  await sql(`INSERT INTO bench_grants SELECT * FROM user_roles WHERE organization_id = $1 AND role_id = $2`, [
    organizationId,
    roleId,
  ]);
  const seconds = (performance.now() - startedAt) / 1_000;
  await sql("DROP TABLE bench_grants");
  return seconds;
}

function describe(measured: Measured): string {
  const { size, seconds, sealedSeconds, floorSeconds, addedMb, outcome, idlePage, pageBeside } = measured;
  const show = (times: readonly number[]) =>
    `${[0.5, 0.99].map((share) => short(quantile(times, share))).join("/")} ms of ${times.length}`;
  return [
    `${size} users: ${seconds.toFixed(2)} s (${outcome}), sealed after ${sealedSeconds.toFixed(2)} s, ${addedMb.toFixed(0)} MB`,
    `the same grants by one INSERT … SELECT: ${floorSeconds.toFixed(3)} s`,
    `a page, p50/p99: before ${show(idlePage)}, meanwhile ${show(pageBeside)}`,
  ].join("; ");
}
