/** Changes: one invitation, the roles of a user, and whether more connections make an organization slower. */
import { Agent } from "node:http";
import { createLoad, createSend, type LoadStep } from "../harness/closed-loop.ts";
import { computeRatios, interleave } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { type RunningServer, startBaseline, startGatehouse } from "../harness/processes.ts";
import { type Benchmark, loadFigures, type Report, ratioRow, rawFigures } from "../harness/report.ts";
import { createSameRowsStatement } from "../harness/same-rows.ts";

const users = 1_000;
/** Pending invitations. */
const invitations = 2_000;
/** Most invitations of one request. */
const maxInvitations = 1_000;
const rounds = 10;
const warmUps = 3;

/** An organization with users, a key with all permissions, and the server. */
interface Setting {
  readonly database: BenchDatabase;
  readonly server: RunningServer;
  readonly path: string;
  readonly organizationId: string;
  readonly roleIds: readonly [string, string];
  readonly userIds: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

async function open(): Promise<Setting> {
  const database = await createBenchDatabase();
  const acme = await database.organization();
  const made = await database.users(acme, generateUsers(users));
  const { key } = await database.apiKey(acme, { permissions: null });
  const server = await startGatehouse(database.url);
  const send = createSend(server.url, new Agent());
  for (let at = 0; at < invitations; at += maxInvitations) {
    const some = Array.from({ length: maxInvitations }, (_, index) => ({
      email: `invited-${at + index}@lodos.example`,
      roleIds: [acme.roles.viewer],
    }));
    await send({
      method: "POST",
      path: `/api/v1/organizations/${acme.organizationId}/invitations`,
      headers: { authorization: `Bearer ${key}` },
      body: { invitations: some, send: false },
    });
  }
  await database.sql("ANALYZE");
  return {
    database,
    server,
    organizationId: acme.organizationId,
    path: `/api/v1/organizations/${acme.organizationId}`,
    roleIds: [acme.roles.viewer, acme.roles.marketer],
    userIds: made.map(({ userId }) => userId),
    headers: { authorization: `Bearer ${key}` },
  };
}

/** Compares a change with one statement that writes the same rows and looks up the key with its creator's roles. */
async function compareWithSameRows(
  setting: Setting,
  wanted: { readonly what: string; readonly name: string; readonly step: LoadStep },
): Promise<Report> {
  const { database, server, organizationId } = setting;
  const lookUp = `SELECT k.name, array_agg(g.role_id) FROM api_keys k
    JOIN user_roles g ON g.organization_id = k.organization_id AND g.user_id = k.created_by
    WHERE k.organization_id = $1 AND k.secret_hash = $2 GROUP BY 1`;
  const send = createSend(server.url, new Agent());
  // Events get their number and hash when the log is read: those of the set-up before, that of the change with it.
  const { path, headers } = setting;
  const readLog = () => send({ method: "GET", path: `${path}/audit-events?limit=1`, headers });
  await readLog();
  const { statement, tables } = await createSameRowsStatement(database, lookUp, async () => {
    await wanted.step(send, 0);
    await readLog();
  });
  const baseline = await startBaseline("bare-fastify", {
    DATABASE_URL: database.superuserUrl,
    STATEMENT: statement,
  });
  const [stored] = await database.sql("SELECT secret_hash AS hash FROM api_keys WHERE organization_id = $1", [
    organizationId,
  ]);
  const hash = encodeURIComponent(String(stored?.["hash"]));
  const { postmaster } = database;
  const floor = createLoad("one statement that writes the same rows", baseline, {
    postmaster,
    step: async (sendRow) =>
      void (await sendRow({ method: "POST", path: `/rows/${organizationId}/${hash}` })),
  });
  const ours = createLoad(wanted.name, server, { postmaster, step: wanted.step });
  const figures = await interleave([floor, ours], { rounds, warmUps });
  const statements = await database.readTopStatements();
  await Promise.all([baseline.stop(), server.stop()]);
  await database.close();
  return {
    rows: [ratioRow(figures, { what: wanted.what, of: ours.name, by: floor.name, goal: { min: 0.6 } })],
    raw: [
      `${database.version}; ${users} users, ${invitations} invitations, 20 connections`,
      `rows of one change: ${tables.join(", ")}`,
      ...rawFigures(figures, "changes/s"),
      ...loadFigures([floor, ours], rounds),
      ...statements,
    ],
  };
}

function inviteStep({ path, headers, roleIds }: Setting): LoadStep {
  const run = Date.now().toString(36);
  return async (send, turn) => {
    const invitations = [{ email: `guest-${run}-${turn}@lodos.example`, roleIds: [roleIds[0]] }];
    await send({ method: "POST", path: `${path}/invitations`, headers, body: { invitations } });
  };
}

/** `npm run bench -- invite` */
export const invite: Benchmark = {
  name: "invite",
  summary: "one invitation, to one statement that writes the same rows",
  run: async (log) => {
    log(`creating ${users} users`);
    const setting = await open();
    log("inviting");
    const what = "invitations a second, to one statement that writes the same rows";
    return compareWithSameRows(setting, { what, name: "POST …/invitations", step: inviteStep(setting) });
  },
};

/** `npm run bench -- change-roles` */
export const changeRoles: Benchmark = {
  name: "change-roles",
  summary: "the roles of a user, to one statement that writes the same rows",
  run: async (log) => {
    log(`creating ${users} users`);
    const setting = await open();
    const { path, headers, roleIds, userIds } = setting;
    const etags = new Map<string, string>();
    /** Each user's role, by its place: every change gives the other one. */
    const held = new Map<string, 0 | 1>();
    const free = [...userIds];
    const step: LoadStep = async (send) => {
      const id = free.shift();
      if (id === undefined) throw new Error("More connections than users.");
      try {
        const url = `${path}/users/${id}`;
        const etag =
          etags.get(id) ?? String((await send({ method: "GET", path: url, headers })).headers["etag"]);
        etags.delete(id);
        const next = held.get(id) === 0 ? 1 : 0;
        const response = await send({
          method: "PATCH",
          path: url,
          headers: { ...headers, "if-match": etag },
          body: { roleIds: [roleIds[next]] },
        });
        etags.set(id, String(response.headers["etag"]));
        held.set(id, next);
      } finally {
        free.push(id);
      }
    };
    // The first change of a user needs a GET for its ETag: not while it is measured.
    const send = createSend(setting.server.url, new Agent());
    for (const turn of userIds.keys()) await step(send, turn);
    log("changing roles");
    const what = "changes of roles a second, to one statement that writes the same rows";
    return compareWithSameRows(setting, { what, name: "PATCH …/users/{id}", step });
  },
};

/** `npm run bench -- connections` */
export const connections: Benchmark = {
  name: "connections",
  summary: "invitations of one organization over 64 connections, to 4",
  run: async (log) => {
    log(`creating ${users} users`);
    const setting = await open();
    const { server, database } = setting;
    const step = inviteStep(setting);
    const load = (count: number) =>
      createLoad(`${count} connections`, server, {
        step,
        connections: count,
        postmaster: database.postmaster,
      });
    const [few, many] = [load(4), load(64)];
    log("inviting");
    const figures = await interleave([few, many], { rounds, warmUps });
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const what = "invitations a second over 64 connections, to 4";
    const [worst] = computeRatios(figures, many.name, few.name).toSorted((one, other) => one - other);
    return {
      rows: [ratioRow(figures, { what, of: many.name, by: few.name, goal: { min: 0.9 } })],
      raw: [
        `${database.version}; the worst round: ${worst?.toFixed(2)} ×`,
        ...rawFigures(figures, "changes/s"),
        ...loadFigures([few, many], rounds),
        ...statements,
      ],
    };
  },
};
