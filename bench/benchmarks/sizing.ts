/** The memory of a server and of PostgreSQL with a large organization, while people and programs use it. */
import { createLoad, type LoadStep } from "../harness/closed-loop.ts";
import { readMemoryMb, readPostgresMemoryMb } from "../harness/cpu.ts";
import { type BenchDatabase, createBenchDatabase, userPassword } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { addManyUsers } from "../harness/large-organizations.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const size = 100_000;
const signIns = 200;
/** Of work; fewer don't fill the heap and the buffers. */
const units = 4_000;

interface Peak {
  readonly server: number;
  readonly postgres: number;
}

/** `npm run bench -- sizing` */
export const sizing: Benchmark = {
  name: "sizing",
  summary: "memory of a server and PostgreSQL with 100,000 users",
  run: async (log) => {
    const database = await createBenchDatabase();
    log(`creating ${size.toLocaleString("en")} users`);
    const createStep = await prepare(database);
    const [row] = await database.sql(
      "SELECT pg_database_size(current_database()) AS bytes, current_setting('shared_buffers') AS buffers",
    );
    log("using the server");
    const { peak, errors, done } = await use(database, createStep, {});
    log("using a server with a heap of at most 256 MB");
    const small = await use(database, createStep, { NODE_OPTIONS: "--max-old-space-size=256" });
    await database.close();
    const megabytes = (what: string, value: number, max: number) =>
      valueRow({ what, value, unit: "MB", goal: { max } });
    return {
      rows: [
        megabytes("highest memory of the server", peak.server, 640),
        megabytes("highest memory of the server, with a heap of 256 MB", small.peak.server, 512),
        megabytes("highest memory of PostgreSQL", Math.max(peak.postgres, small.peak.postgres), 1_024),
        megabytes(
          `size of a database with ${size.toLocaleString("en")} users`,
          Number(row?.["bytes"]) / 2 ** 20,
          200,
        ),
      ],
      raw: [
        `${database.version}, shared_buffers ${String(row?.["buffers"])}; one process that also runs jobs; 20 connections`,
        `${done.toLocaleString("en")} and ${small.done.toLocaleString("en")} units of work: a list, a search, a check over HTTP and the page of a user; in one of ten a change of roles, in one of a hundred a sign-in`,
        ...[...errors, ...small.errors].map(([text, count]) => `${count} × ${text}`),
        `PostgreSQL: ${short(peak.postgres)} and ${short(small.peak.postgres)} MB, proportional set size of all its processes`,
      ],
    };
  },
};

/** Fills the database; returns what a connection does in turn. */
async function prepare(database: BenchDatabase): Promise<(origin: string) => LoadStep> {
  const acme = await database.organization();
  const people = await database.users(
    acme,
    Array.from({ length: signIns }, () => ({ roles: ["viewer"] })),
  );
  await addManyUsers(database, acme, generateUsers(size, "lodos.example"));
  const ids = await database.sql("SELECT user_id AS id FROM users WHERE organization_id = $1 LIMIT 5000", [
    acme.organizationId,
  ]);
  const { key } = await database.apiKey(acme, { permissions: null });
  const headers = { authorization: `Bearer ${key}` };
  const cookie = { cookie: `gatehouse=${await database.session(acme.owner)}` };
  const path = `/api/v1/organizations/${acme.organizationId}`;
  const resource = { type: "organization", id: acme.organizationId };
  const action = { name: "users:view" };
  const searches = ["demir", "ard", "el", "zeynep", "xylophon"];
  return (origin) => async (send, turn) => {
    const id = String(ids[turn % ids.length]?.["id"]);
    const subject = { type: "user", id };
    await send({ method: "GET", path: `${path}/users`, headers: cookie });
    await send({
      method: "GET",
      path: `${path}/users?query=${searches[turn % searches.length]}`,
      headers: cookie,
    });
    await send({
      method: "POST",
      path: "/access/v1/evaluation",
      headers,
      body: { subject, action, resource },
    });
    const user = await send({ method: "GET", path: `${path}/users/${id}`, headers });
    if (turn % 10 === 0) {
      const roleIds = [turn % 20 === 0 ? acme.roles.viewer : acme.roles.marketer];
      const match = { ...headers, "if-match": String(user.headers["etag"]) };
      await send({ method: "PATCH", path: `${path}/users/${id}`, headers: match, body: { roleIds } });
    }
    if (turn % 100 === 0) {
      const email = people[(turn / 100) % people.length]?.email ?? "";
      await send({
        method: "POST",
        path: "/api/v1/sessions",
        headers: { origin },
        body: { email, password: userPassword },
      });
    }
  };
}

/** The highest memory during the load, with the number of units of work. */
async function use(
  { url, postmaster }: BenchDatabase,
  createStep: (origin: string) => LoadStep,
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly peak: Peak; readonly errors: ReadonlyMap<string, number>; readonly done: number }> {
  const server = await startGatehouse(url, { WORKER: "on", ...settings });
  const load = createLoad("requests", server, { postmaster, step: createStep(server.url) });
  const pid = server.child.pid ?? 0;
  let peak: Peak = { server: 0, postgres: 0 };
  while (load.latencies.length < units) {
    await load.round();
    peak = {
      server: Math.max(peak.server, readMemoryMb(pid)),
      postgres: Math.max(peak.postgres, readPostgresMemoryMb(postmaster)),
    };
  }
  await server.stop();
  return { peak, errors: load.errors, done: load.latencies.length };
}
