import { withOwnGroups } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { stateOf } from "../../../test/state-of.ts";

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

async function sessionsOf(user: TestUser): Promise<number> {
  return (await t.sql("SELECT FROM sessions WHERE account_id = $1", [user.accountId])).length;
}

async function lastEvent(): Promise<AuditEvent | undefined> {
  const answer = await asOwner.get(`/organizations/${organization.organizationId}/audit-events`);
  return answer.json<{ items: AuditEvent[] }>().items[0];
}

test("who is suspended is out with the next request, and their sessions are gone", async () => {
  await suspend();
  expect((await asTarget.get(users)).statusCode).toBe(401);
  expect(await sessionsOf(target)).toBe(0);
  expect(await lastEvent()).toMatchObject({
    action: "users.suspended",
    changes: [{ field: "status", before: "active", after: "suspended" }],
  });
});

test("who is removed is out with the next request, and their sessions are gone", async () => {
  const answer = await remove();
  expect(answer.statusCode).toBe(204);
  expect((await asTarget.get(users)).statusCode).toBe(401);
  expect(await sessionsOf(target)).toBe(0);
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
])("who is %s here stays signed in for another organization", async (_, leave, status) => {
  const elsewhere = await t.organization();
  await t.user(elsewhere, { sameAccountAs: target, roles: ["viewer"] });
  await leave();
  expect((await asTarget.get(users)).statusCode).toBe(status);
  expect((await asTarget.get(`/organizations/${elsewhere.organizationId}/users`)).statusCode).toBe(200);
});

test("who is suspended in every organization has no sessions left", async () => {
  const elsewhere = await t.organization();
  await t.user(elsewhere, { sameAccountAs: target, roles: ["viewer"], status: "suspended" });
  await suspend();
  expect(await sessionsOf(target)).toBe(0);
});

test("a removal with an old ETag is refused and changes nothing", async () => {
  await asOwner.patch(`${users}/${target.userId}`, { name: "Newer" }, first);
  const before = await stateOf(t);
  const answer = await remove();
  expect(answer.json()).toMatchObject({ status: 412, code: "precondition/failed", params: { version: 2 } });
  expect(await stateOf(t)).toEqual(before);
});

test("an admin may leave; the organization goes on without them", async () => {
  const admin = await t.user(organization, { roles: ["app-admin"] });
  const asAdmin = t.as(admin);
  expect((await asAdmin.delete(`${users}/${admin.userId}`, first)).statusCode).toBe(204);
  expect((await asAdmin.get(users)).statusCode).toBe(401);
});

test("the only active owner can't leave", async () => {
  await t.user(organization, { roles: ["owner"], status: "suspended" });
  const before = await stateOf(t);
  const answer = await asOwner.delete(`${users}/${organization.owner.userId}`, first);
  expect(answer.json()).toMatchObject({ status: 409, code: "users/last-owner" });
  expect(await stateOf(t)).toEqual(before);
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
])("nobody %s the only active owner, not even with every permission", async (_, act) => {
  const permissions = withOwnGroups(exampleCatalogue).permissions;
  const everything = await t.role(organization, { name: "Everything", permissions });
  const asEqual = t.as(await t.user(organization, { roles: [everything] }));
  await asEqual.get(users);
  const before = await stateOf(t);
  const answer = await act(asEqual, `${users}/${organization.owner.userId}`);
  expect(answer.json()).toMatchObject({ status: 409, code: "users/last-owner" });
  expect(await stateOf(t)).toEqual(before);
});

test("one of two owners may leave, and the other may then not", async () => {
  const second = await t.user(organization, { roles: ["owner"] });
  const left = await t.as(second).delete(`${users}/${second.userId}`, first);
  const stuck = await asOwner.delete(`${users}/${organization.owner.userId}`, first);
  expect(left.statusCode).toBe(204);
  expect(stuck.statusCode).toBe(409);
});
