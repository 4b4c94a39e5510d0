/** The number of a role's users: writers who give and remove the same role don't wait for each other. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

let t: TestApp;
let acme: TestOrganization;
const clients: pg.Client[] = [];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await t.close();
});

async function connect(): Promise<{ readonly client: pg.Client; readonly part: number }> {
  const name = new URL(t.url ?? "").pathname.slice(1);
  const client = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  await client.connect();
  clients.push(client);
  const { rows } = await client.query<{ part: number }>("SELECT pg_backend_pid() % 32 AS part");
  return { client, part: rows[0]?.part ?? 0 };
}

/** Two connections that count in different rows. */
async function connectTwo(): Promise<readonly [pg.Client, pg.Client]> {
  const first = await connect();
  for (;;) {
    const second = await connect();
    if (second.part !== first.part) return [first.client, second.client];
  }
}

const countUsers = async (roleId: string) =>
  (await t.as(acme.owner).get(`/organizations/${acme.organizationId}/roles/${roleId}`)).json<{
    userCount: number;
  }>().userCount;

test("a transaction that gives a role doesn't wait for another one that removes it", async () => {
  const roleId = await t.role(acme, { name: "Shared", permissions: ["campaigns:view"] });
  const [one, other] = [await t.user(acme, { roles: [roleId] }), await t.user(acme, {})];
  const [first, second] = await connectTwo();
  await first.query("BEGIN");
  await first.query("DELETE FROM user_roles WHERE user_id = $1", [one.userId]);
  await second.query("SET lock_timeout = '30s'");
  await second.query(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at)
     VALUES ($1, $2, $3, 'system', 'Test', now())`,
    [acme.organizationId, other.userId, roleId],
  );
  expect(await countUsers(roleId)).toBe(2);
  await first.query("COMMIT");
  expect(await countUsers(roleId)).toBe(1);
});

test("counts right after many concurrent changes", async () => {
  const { viewer, marketer } = acme.roles;
  const users = await Promise.all(Array.from({ length: 12 }, () => t.user(acme, { roles: [viewer] })));
  const before = [await countUsers(viewer), await countUsers(marketer)];
  const owner = t.as(acme.owner);
  const outcomes = await runConcurrently(users.length, (index) =>
    owner.patch(
      `/organizations/${acme.organizationId}/users/${users[index]?.userId}`,
      { roleIds: index % 3 === 0 ? [viewer, marketer] : [marketer] },
      { "if-match": '"1"' },
    ),
  );
  expect(outcomes.map((one) => (one.status === "fulfilled" ? one.value.statusCode : one.reason))).toEqual(
    users.map(() => 200),
  );
  expect([await countUsers(viewer), await countUsers(marketer)]).toEqual([
    (before[0] ?? 0) - 8,
    (before[1] ?? 0) + 12,
  ]);
  const [stored] = await t.sql(
    "SELECT count(*)::integer AS count FROM user_roles WHERE role_id = $1 AND expires_at IS NULL",
    [viewer],
  );
  expect(await countUsers(viewer)).toBe(stored?.["count"]);
});
