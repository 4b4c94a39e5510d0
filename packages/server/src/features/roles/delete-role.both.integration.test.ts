import type { AuditEvent, UserDetails } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiClient, matchEtag } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let base: string;
let old: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  base = `/organizations/${organization.organizationId}`;
  await asOwner.get(`${base}/roles`);
  old = await t.role(organization, { name: "Old", permissions: ["campaigns:edit"] });
});

const first = { "if-match": '"1"' };
const remove = (query = "") => asOwner.delete(`${base}/roles/${old}${query}`, first);
const replace = (by: string = organization.roles.viewer) => remove(`?replacement=${by}`);

async function invite(email: string, roleIds: readonly string[]): Promise<void> {
  const response = await asOwner.post(`${base}/invitations`, { invitations: [{ email, roleIds }] });
  expect(response.json<{ results: { status: string }[] }>().results[0]?.status).toBe("created");
}

async function invitedRoles(email: string): Promise<readonly unknown[]> {
  const rows = await t.sql(
    `SELECT o.role_id FROM invitation_roles o JOIN invitations i USING (organization_id, invitation_id)
     WHERE i.email = $1 ORDER BY 1`,
    [email],
  );
  return rows.map((row) => row["role_id"]);
}

async function readRoles(user: TestUser): Promise<UserDetails["roles"]> {
  return (await asOwner.get(`${base}/users/${user.userId}`)).json<UserDetails>().roles;
}

async function events(): Promise<readonly AuditEvent[]> {
  return (await asOwner.get(`${base}/audit-events`)).json<{ items: AuditEvent[] }>().items;
}

test("deletes an unused role with its permissions and records it", async () => {
  expect((await remove()).statusCode).toBe(204);
  expect((await asOwner.get(`${base}/roles/${old}`)).statusCode).toBe(404);
  expect(await t.sql("SELECT FROM role_permissions WHERE role_id = $1", [old])).toHaveLength(0);
  expect((await events())[0]).toMatchObject({
    action: "roles.deleted",
    target: { type: "role", id: old, name: "Old" },
    changes: [{ field: "permissions", before: ["campaigns:edit"], after: null }],
  });
});

test("doesn't delete a role in use and returns the number of users and invitations", async () => {
  await t.user(organization, { roles: [old] });
  await t.user(organization, { roles: [old], status: "suspended" });
  await invite("a@example.test", [old]);
  const before = await readDatabaseState(t);
  expect((await remove()).json()).toMatchObject({
    status: 409,
    code: "roles/in-use",
    params: { users: 2, invitations: 1 },
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("replaces the role for users and pending invitations without duplicates", async () => {
  const { viewer, marketer } = organization.roles;
  const only = await t.user(organization, { name: "Only", roles: [old] });
  const both = await t.user(organization, { name: "Both", roles: [old, "viewer", "marketer"] });
  await invite("only@example.test", [old]);
  await invite("both@example.test", [old, viewer]);
  await t.as(both).get(`${base}/permissions`);
  expect((await replace()).statusCode).toBe(204);

  expect(await readRoles(only)).toMatchObject([
    {
      id: viewer,
      grantedAt: "2026-03-02T09:00:00.000Z",
      grantedBy: { type: "user", id: organization.owner.userId },
    },
  ]);
  expect(await readRoles(both)).toMatchObject([
    { id: marketer },
    { id: viewer, grantedBy: { type: "system" } },
  ]);
  expect(await invitedRoles("only@example.test")).toEqual([viewer]);
  expect(await invitedRoles("both@example.test")).toEqual([viewer]);
  const log = await events();
  expect(log.find(({ action }) => action === "roles.deleted")?.changes).toEqual([
    { field: "permissions", before: ["campaigns:edit"], after: null },
    { field: "replacement", before: null, after: "Viewer" },
    { field: "userCount", before: 2, after: 0 },
    { field: "invitationCount", before: 2, after: 0 },
  ]);
  const moved = log.filter(({ action }) => action === "users.roles-changed");
  expect(moved.map(({ target, changes }) => [target.name, changes[0]?.before, changes[0]?.after])).toEqual([
    ["Only", ["Old"], ["Viewer"]],
    ["Both", ["Marketer", "Old", "Viewer"], ["Marketer", "Viewer"]],
  ]);
});

test("changes the ETag only of users whose role was replaced", async () => {
  const holder = await t.user(organization, { roles: [old] });
  const other = await t.user(organization, { roles: ["viewer"] });
  await replace();
  const tags = await Promise.all([holder, other].map((user) => asOwner.get(`${base}/users/${user.userId}`)));
  expect(tags.map(({ headers }) => headers["etag"])).toEqual([matchEtag(2), '"1"']);
});

test("keeps the later expiry of a replaced grant and deletes expired grants", async () => {
  const { viewer } = organization.roles;
  const users = await Promise.all(
    [[old], [old, "viewer"], [old]].map((roles) => t.user(organization, { roles })),
  );
  const end = (user: TestUser | undefined, role: string, at: string) =>
    t.sql("UPDATE user_roles SET expires_at = $3 WHERE user_id = $1 AND role_id = $2", [
      user?.userId,
      role,
      at,
    ]);
  await end(users[0], old, "2026-04-01T00:00:00Z");
  await end(users[1], old, "2026-04-01T00:00:00Z");
  await end(users[1], viewer, "2026-05-01T00:00:00Z");
  await end(users[2], old, "2026-03-02T09:00:00Z");
  await replace();
  const held = await Promise.all(users.map(readRoles));
  expect(held.map((roles) => roles.map(({ expiresAt }) => expiresAt))).toEqual([
    ["2026-04-01T00:00:00.000Z"],
    ["2026-05-01T00:00:00.000Z"],
    [],
  ]);
});

test("ignores closed invitations, and replaces the role in those that can be sent again", async () => {
  await invite("revoked@example.test", [old]);
  await invite("expired@example.test", [old]);
  const { items } = (await asOwner.get(`${base}/invitations?query=revoked`)).json<{
    items: { id: string }[];
  }>();
  await asOwner.delete(`${base}/invitations/${items[0]?.id}`);
  await t.sql("UPDATE invitations SET expires_at = $1 WHERE email = 'expired@example.test'", [
    "2026-03-02T09:00:00Z",
  ]);
  expect((await replace()).statusCode).toBe(204);
  expect(await invitedRoles("expired@example.test")).toEqual([organization.roles.viewer]);
  expect(await invitedRoles("revoked@example.test")).toEqual([]);
});

test.each<readonly [string, () => ReturnType<typeof remove>, object]>([
  ["an old ETag", () => asOwner.delete(`${base}/roles/${old}`, { "if-match": '"2"' }), { status: 412 }],
  ["no ETag", () => asOwner.delete(`${base}/roles/${old}`), { status: 428 }],
  ["itself as replacement", () => replace(old), { status: 422, errors: [{ path: "replacement" }] }],
  ["an unknown replacement", () => replace(base.slice(15)), { status: 422, code: "roles/unknown" }],
  [
    "the owner role as replacement",
    () => replace(organization.roles.owner),
    { code: "forbidden/system-role" },
  ],
])("deletes nothing with %s", async (_, send, problem) => {
  await t.user(organization, { roles: [old] });
  const before = await readDatabaseState(t);
  expect((await send()).json()).toMatchObject(problem);
  expect(await readDatabaseState(t)).toEqual(before);
});
