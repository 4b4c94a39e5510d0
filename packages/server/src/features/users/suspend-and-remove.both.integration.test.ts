import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let target: TestUser;
let asTarget: ApiClient;
let users: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  target = await t.user(organization, { name: "Ayşe Kaya", roles: ["viewer"] });
  asTarget = t.as(target);
  users = `/organizations/${organization.organizationId}/users`;
  expect((await asTarget.get(users)).statusCode).toBe(200);
  await asOwner.get(users);
});

const first = { "if-match": '"1"' };
const suspend = (user = target) => asOwner.patch(`${users}/${user.userId}`, { status: "suspended" }, first);
const remove = (user = target) => asOwner.delete(`${users}/${user.userId}`, first);

async function countSessions(user: TestUser): Promise<number> {
  return (await t.sql("SELECT FROM sessions WHERE account_id = $1", [user.accountId])).length;
}

async function lastEvent(): Promise<AuditEvent | undefined> {
  const response = await asOwner.get(`/organizations/${organization.organizationId}/audit-events`);
  return response.json<{ items: AuditEvent[] }>().items[0];
}

test("rejects the next request of a suspended user and ends their sessions", async () => {
  await suspend();
  expect((await asTarget.get(users)).statusCode).toBe(401);
  expect(await countSessions(target)).toBe(0);
  expect(await lastEvent()).toMatchObject({
    action: "users.suspended",
    changes: [{ field: "status", before: "active", after: "suspended" }],
  });
});

test("rejects the next request of a removed user and ends their sessions", async () => {
  const response = await remove();
  expect(response.statusCode).toBe(204);
  expect((await asTarget.get(users)).statusCode).toBe(401);
  expect(await countSessions(target)).toBe(0);
  expect((await asOwner.get(`${users}/${target.userId}`)).statusCode).toBe(404);
  expect(await t.sql("SELECT FROM user_roles WHERE user_id = $1", [target.userId])).toHaveLength(0);
  expect(await lastEvent()).toMatchObject({
    action: "users.removed",
    target: { type: "user", id: target.userId, name: "Ayşe Kaya" },
    changes: [
      { field: "email", before: target.email, after: null },
      { field: "roles", before: ["Viewer"], after: null },
    ],
  });
});

test.each([
  ["suspended", suspend, 401],
  ["removed", remove, 404],
])(
  "keeps the session of a user who is %s here and active in another organization",
  async (_, leave, status) => {
    const elsewhere = await t.organization();
    await t.user(elsewhere, { sameAccountAs: target, roles: ["viewer"] });
    await leave();
    expect((await asTarget.get(users)).statusCode).toBe(status);
    expect((await asTarget.get(`/organizations/${elsewhere.organizationId}/users`)).statusCode).toBe(200);
  },
);

test("ends all sessions of a user who is suspended in every organization", async () => {
  const elsewhere = await t.organization();
  await t.user(elsewhere, { sameAccountAs: target, roles: ["viewer"], status: "suspended" });
  await suspend();
  expect(await countSessions(target)).toBe(0);
});

test("rejects a removal with an old ETag and changes nothing", async () => {
  await asOwner.patch(`${users}/${target.userId}`, { name: "Newer" }, first);
  const before = await readDatabaseState(t);
  const response = await remove();
  expect(response.json()).toMatchObject({ status: 412, code: "precondition/failed", params: { version: 2 } });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("allows an admin to remove themselves", async () => {
  const admin = await t.user(organization, { roles: ["app-admin"] });
  const asAdmin = t.as(admin);
  expect((await asAdmin.delete(`${users}/${admin.userId}`, first)).statusCode).toBe(204);
  expect((await asAdmin.get(users)).statusCode).toBe(401);
});

test("doesn't allow the only active owner to remove themselves, and says what to do first", async () => {
  await t.user(organization, { roles: ["owner"], status: "suspended" });
  const before = await readDatabaseState(t);
  const response = await asOwner.delete(`${users}/${organization.owner.userId}`, first);
  expect(response.json()).toMatchObject({
    status: 409,
    code: "users/last-owner",
    detail: "This is the organization's only active owner. Make another user an owner first.",
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["suspends", (as: ApiClient, path: string) => as.patch(path, { status: "suspended" }, first)],
  ["demotes", (as: ApiClient, path: string) => as.patch(path, { roleIds: [] }, first)],
  [
    "previews suspending",
    (as: ApiClient, path: string) => as.patch(`${path}?preview=true`, { status: "suspended" }),
  ],
  ["previews demoting", (as: ApiClient, path: string) => as.patch(`${path}?preview=true`, { roleIds: [] })],
  ["removes", (as: ApiClient, path: string) => as.delete(path, first)],
])("rejects an actor who %s the only active owner, even with all permissions", async (_, act) => {
  const permissions = withOwnGroups(exampleCatalogue).permissions;
  const everything = await t.role(organization, { name: "Everything", permissions });
  const asEqual = t.as(await t.user(organization, { roles: [everything] }));
  await asEqual.get(users);
  const before = await readDatabaseState(t);
  const response = await act(asEqual, `${users}/${organization.owner.userId}`);
  expect(response.json()).toMatchObject({ status: 409, code: "users/last-owner" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("allows one of two owners to remove themselves, but not the last one", async () => {
  const second = await t.user(organization, { roles: ["owner"] });
  const left = await t.as(second).delete(`${users}/${second.userId}`, first);
  const stuck = await asOwner.delete(`${users}/${organization.owner.userId}`, first);
  expect(left.statusCode).toBe(204);
  expect(stuck.statusCode).toBe(409);
});
