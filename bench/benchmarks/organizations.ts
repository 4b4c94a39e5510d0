/** What a program with replicas of many organizations costs: time, memory, transfer, and the server while nothing changes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { quantile } from "../harness/compare.ts";
import { readCpuMs, readMemoryMb, readPostgresCpuMs } from "../harness/cpu.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { addManyOrganizations } from "../harness/many-organizations.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const program = fileURLToPath(new URL("../baselines/organizations.ts", import.meta.url));
const operatorKey = "the operator's key of benchmarks".replaceAll(" ", "-");
const usersEach = 100;
const revocations = 100;
const idleMs = 10_000;
/** For these organizations something is promised. */
const promised = 10_000;

interface Loaded {
  readonly ms: number;
  readonly cpuMs: number;
  readonly heapBytes: number;
  readonly usedHeapBytes: number;
  readonly receivedBytes: number;
  /** The first check in each organization. */
  readonly firstCheckNs: number;
  readonly checkNs: number;
  readonly grantedShare: number;
}

/** `npm run bench -- organizations` */
export const organizations: Benchmark = {
  name: "organizations",
  summary: `replicas of many organizations of ${usersEach} users in one program; --large: ${promised.toLocaleString("en")} of them`,
  run: async (log, { isLarge }) => {
    const count = isLarge ? promised : 500;
    const database = await createBenchDatabase();
    log(`creating ${count.toLocaleString("en")} organizations`);
    const template = await database.organization();
    const copies = await addManyOrganizations(database, template, { count, users: usersEach });
    const server = await startGatehouse(database.url, { OPERATOR_TOKEN: operatorKey });
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
    const file = join(folder, "organizations");
    writeFileSync(
      file,
      copies.map(({ organizationId, viewerIds: [viewer] }) => `${organizationId} ${viewer}`).join("\n"),
    );
    log("loading the replicas");
    const readServerCpu = () => readCpuMs(Number(server.child.pid)) + readPostgresCpuMs(database.postmaster);
    const cpuBefore = readServerCpu();
    const child = spawn(process.execPath, ["--expose-gc", "--conditions=gatehouse-source", program], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { PATH: process.env["PATH"], URL: server.url, OPERATOR_KEY: operatorKey, ORGANIZATIONS: file },
    });
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const read = async <T>(): Promise<T> => JSON.parse(String((await answers.next()).value)) as T;
    const loaded = await read<Loaded>();
    const loadCpuMs = readServerCpu() - cpuBefore;
    if (loaded.grantedShare < 1) throw new Error("A check of a viewer was denied.");
    const residentMb = readMemoryMb(Number(child.pid));
    const readCpu = () => [
      readCpuMs(Number(server.child.pid)),
      readPostgresCpuMs(database.postmaster),
      readCpuMs(Number(child.pid)),
    ];
    const before = readCpu();
    await sleep(idleMs);
    const idle = readCpu().map((ms, at) => (ms - (before[at] ?? 0)) / (idleMs / 1_000));
    log("removing roles");
    const arrivals: number[] = [];
    for (let n = 0; n < revocations; n += 1) {
      const copy = copies[Math.floor((n * copies.length) / revocations)];
      const [, userId = ""] = copy?.viewerIds ?? [];
      const organizationId = copy?.organizationId ?? "";
      const { key } = await database.apiKey({ ...template, organizationId });
      const user = `${server.url}/api/v1/organizations/${organizationId}/users/${userId}`;
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const { headers: found } = await fetch(user, { headers });
      const body = JSON.stringify({ roleIds: [] });
      const response = await fetch(user, {
        method: "PATCH",
        headers: { ...headers, "if-match": String(found.get("etag")) },
        body,
      });
      if (!response.ok) throw new Error(await response.text());
      const respondedAt = Date.now();
      child.stdin.write(`${organizationId} ${userId}\n`);
      arrivals.push(Math.max(0, (await read<{ readonly at: number }>()).at - respondedAt));
    }
    const ended = once(child, "exit");
    child.stdin.end();
    await ended;
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
    const perOrganization = (bytes: number) => bytes / count / 1_000;
    const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => quantile(arrivals, share));
    const [serverMs = 0, postgresMs = 0, programMs = 0] = idle;
    return {
      rows: [
        valueRow({
          what: "CPU of server and PostgreSQL for each replica",
          value: loadCpuMs / count,
          unit: "ms",
          goal: { max: 10 },
        }),
        valueRow({
          what: "heap for each organization",
          value: perOrganization(loaded.usedHeapBytes),
          unit: "kB",
          goal: { max: 40 },
        }),
        valueRow({ what: "a revocation is known, p99", value: p99, unit: "ms", goal: { max: 250 } }),
        valueRow({
          what: "CPU of server and PostgreSQL at rest",
          value: (serverMs + postgresMs) / 10,
          unit: "%",
          goal: { max: 20 },
        }),
      ],
      raw: [
        `${database.version}; ${count.toLocaleString("en")} organizations of ${usersEach} users with one role each, loaded by one program`,
        `loaded in ${short(loaded.ms / 1_000)} s; CPU for each: server and PostgreSQL ${short(loadCpuMs / count)} ms, program ${short(loaded.cpuMs / count)} ms; heap ${short(loaded.heapBytes / 1e6)} MB, after a check in each ${short(loaded.usedHeapBytes / 1e6)} MB; resident ${short(residentMb)} MB; received ${short(loaded.receivedBytes / 1e6)} MB`,
        `a check in another organization each time: CPU of the first one ${short(loaded.firstCheckNs)} ns, later ${short(loaded.checkNs)} ns, ${short(loaded.grantedShare * 100)} % granted`,
        `at rest, CPU a second: server ${short(serverMs)} ms, PostgreSQL ${short(postgresMs)} ms, program ${short(programMs)} ms`,
        `a revocation is known after the response: p50 ${short(p50)}, p99 ${short(p99)} ms (${arrivals.length} figures)`,
        ...statements,
      ],
    };
  },
};
