/** An organization with 1,000 roles and 2,000 permissions, and a user with 50 roles of 1,000 permissions each. */
import { Agent } from "node:http";
import { definePermissions } from "@gatehouse/access";
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { createSend } from "../harness/closed-loop.ts";
import { quantile } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase } from "../harness/database.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const repeats = 50;
const warmUps = 5;
const groups = 100;
const actionsInGroup = 20;
const manyRoles = 1_000;
const largeRoles = 50;
const permissionsOfLarge = 1_000;
const permissionsOfOthers = 20;

/** What is requested, and within how many milliseconds half of the responses have to come. */
const requests = [
  { what: "the list of 1,000 roles, 100 a page", path: "O/roles?limit=100", max: 30 },
  { what: "/me of the user with 50 large roles", path: "/me", max: 20 },
  { what: "that user", path: "O/users/USER", max: 20 },
  { what: "the first page of their permissions", path: "O/users/USER/permissions", max: 20 },
] as const;

/** `npm run bench -- large-roles` */
export const largeRolesBenchmark: Benchmark = {
  name: "large-roles",
  summary: "1,000 roles, and a user with 50 roles of 1,000 permissions each",
  run: async (log) => {
    const database = await createBenchDatabase();
    log(`creating ${manyRoles} roles`);
    const { organizationId, userId, cookie } = await fill(database);
    const server = await startGatehouse(database.url);
    const send = createSend(server.url, new Agent({ keepAlive: true }));
    log("requesting");
    const measured = [];
    for (const { what, path, max } of requests) {
      const whole = `/api/v1${path.replace("O", `/organizations/${organizationId}`).replace("USER", userId)}`;
      const times: number[] = [];
      let bytes = 0;
      for (let round = -warmUps; round < repeats; round += 1) {
        const startedAt = performance.now();
        const { body } = await send({ method: "GET", path: whole, headers: { cookie } });
        if (round >= 0) times.push(performance.now() - startedAt);
        bytes = Buffer.byteLength(body);
      }
      measured.push({ what, max, times, bytes });
    }
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    return {
      rows: [
        ...measured.map(({ what, max, times }) =>
          valueRow({ what, value: quantile(times, 0.5), unit: "ms", goal: { max } }),
        ),
        valueRow({
          what: "size of the first page of permissions",
          value: (measured.at(-1)?.bytes ?? Number.NaN) / 1_000,
          unit: "kB",
          goal: { max: 200 },
        }),
      ],
      raw: [
        `${database.version}; ${repeats} requests of each, one after the other`,
        ...measured.map(({ what, times, bytes }) => {
          const [p50, p99] = [0.5, 0.99].map((share) => short(quantile(times, share)));
          return `${what}: p50 ${p50} ms, p99 ${p99} ms, ${short(bytes / 1_000)} kB`;
        }),
        ...statements,
      ],
    };
  },
};

async function fill(database: BenchDatabase) {
  const organization = await database.organization();
  const { organizationId } = organization;
  const actions = Object.fromEntries(Array.from({ length: actionsInGroup }, (_, at) => [`a${at}`, {}]));
  const catalogue = definePermissions(
    Object.fromEntries(
      Array.from({ length: groups }, (_, at) => [`g${at}`, { label: `Group ${at}`, actions }]),
    ),
  );
  await database.sql(
    "UPDATE catalogues SET definition = $2::jsonb, version = version + 1 WHERE organization_id = $1",
    [organizationId, serialiseCatalogue(catalogue)],
  );
  const names = catalogue.permissions;
  const roles: string[] = [];
  for (let at = 0; at < manyRoles; at += 1) {
    const count = at < largeRoles ? permissionsOfLarge : permissionsOfOthers;
    const permissions = [...names.slice(at), ...names].slice(0, count);
    roles.push(await database.role(organization, { name: `Role ${at}`, permissions }));
  }
  const user = await database.user(organization, {
    roles: [...roles.slice(0, largeRoles), organization.roles.viewer],
  });
  await database.sql("VACUUM ANALYZE");
  return { organizationId, userId: user.userId, cookie: `gatehouse=${await database.session(user)}` };
}
