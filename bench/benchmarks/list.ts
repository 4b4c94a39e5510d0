/**
 * The first page of a list of users, by session and by key, compared with the same work in one statement (the look-up of the session
 * with its roles, and the page with the roles of its users) and with the page alone.
 */
import { createLoad, type LoadRequest } from "../harness/closed-loop.ts";
import { interleave } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { type RunningServer, startBaseline, startGatehouse } from "../harness/processes.ts";
import { type Benchmark, loadFigures, type Report, ratioRow, rawFigures } from "../harness/report.ts";

const defaultSizes = [10_000];
const largeSizes = [1_000, 10_000, 100_000, 1_000_000];
const rounds = 10;
const warmUps = 6;

const sameWork = "bare Fastify route, session with roles and page in one statement";
const pageAlone = "bare Fastify route, the page alone";
const bySession = "GET …/users by session";
const byKey = "GET …/users by key";

const page =
  "SELECT user_id, name, email, status, last_active_at, created_at FROM users WHERE organization_id = $1 ORDER BY name_key, user_id LIMIT 25";

/** Roles of the user `u`. */
const rolesOf = (contents: string) =>
  `(SELECT json_agg(json_build_array(r.role_id, r.name${contents})) FROM user_roles g
    JOIN roles r ON r.organization_id = $1 AND r.role_id = g.role_id WHERE g.organization_id = $1 AND g.user_id = u.user_id)`;

const permissions =
  ", (SELECT json_agg(p.permission) FROM role_permissions p WHERE p.organization_id = $1 AND p.role_id = r.role_id)";

const sessionAndPage = `WITH s AS MATERIALIZED (
    SELECT u.user_id, ${rolesOf(permissions)} AS roles FROM sessions s
    JOIN users u ON u.organization_id = $1 AND u.account_id = s.account_id WHERE s.token_hash = $2)
  SELECT u.*, ${rolesOf("")} AS roles FROM s, (${page}) u`;

/** `npm run bench -- list` */
export const list: Benchmark = {
  name: "list",
  summary: "25 of 10,000 users, by session and by key; --large: also of 1,000 to 1,000,000",
  run: async (log, { isLarge }) => {
    const database = await createBenchDatabase();
    const server = await startGatehouse(database.url);
    const start = (STATEMENT: string) =>
      startBaseline("bare-fastify", { DATABASE_URL: database.superuserUrl, STATEMENT });
    const baselines = { sameWork: await start(sessionAndPage), pageAlone: await start(page) };
    const reports: (Report & { readonly size: number; readonly ms: number })[] = [];
    for (const size of isLarge ? largeSizes : defaultSizes) {
      log(`creating ${size.toLocaleString("en")} users`);
      reports.push({ size, ...(await measureSize(database, size, { server, ...baselines })) });
    }
    const statements = await database.readTopStatements();
    await Promise.all([baselines.sameWork.stop(), baselines.pageAlone.stop(), server.stop()]);
    await database.close();
    const points = reports.map(({ size, ms }) => [size, ms] as const);
    return {
      rows: reports.flatMap(({ rows }) => rows),
      curves: [
        { title: "CPU of a list by session, by users", unit: "ms", series: [{ name: "CPU", points }] },
      ],
      raw: [`${database.version}; 25 a page`, ...reports.flatMap(({ raw }) => raw), ...statements],
    };
  },
};

async function measureSize(
  database: BenchDatabase,
  size: number,
  servers: Readonly<Record<"server" | "sameWork" | "pageAlone", RunningServer>>,
): Promise<Report & { readonly ms: number }> {
  const { postmaster } = database;
  const organization = await database.organization();
  await database.users(organization, generateUsers(size, `${size}.example`));
  await database.sql("ANALYZE");
  const { organizationId, owner } = organization;
  const cookie = `gatehouse=${await database.session(owner)}`;
  const { key } = await database.apiKey(organization, { permissions: null });
  const [session] = await database.sql("SELECT token_hash AS hash FROM sessions WHERE account_id = $1", [
    owner.accountId,
  ]);
  const path = `/api/v1/organizations/${organizationId}/users`;
  const load = (name: string, server: RunningServer, request: Omit<LoadRequest, "method">) =>
    createLoad(name, server, {
      postmaster,
      step: async (send) => void (await send({ method: "GET", ...request })),
    });
  const rows = `/rows/${organizationId}`;
  const hash = encodeURIComponent(String(session?.["hash"]));
  const ours = load(bySession, servers.server, { path, headers: { cookie, "accept-language": "en" } });
  const loads = [
    load(sameWork, servers.sameWork, { path: `${rows}/${hash}` }),
    load(pageAlone, servers.pageAlone, { path: rows }),
    ours,
    load(byKey, servers.server, { path, headers: { authorization: `Bearer ${key}` } }),
  ];
  const figures = await interleave(loads, { rounds, warmUps });
  const users = size.toLocaleString("en");
  const row = (who: string, of: string) =>
    ratioRow(figures, {
      what: `lists a second of ${users} ${who}, to the same work in one statement`,
      of,
      by: sameWork,
      goal: { min: 0.6 },
    });
  return {
    ms: (ours.serverCpu.at(-1) ?? Number.NaN) + (ours.postgresCpu.at(-1) ?? Number.NaN),
    rows: [row("by session", bySession), row("by key", byKey)],
    raw: [`${users} users`, ...rawFigures(figures, "requests/s"), ...loadFigures(loads, rounds)],
  };
}
