import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiClient, type ApiResponse, getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let manager: TestUser;
let as: Readonly<Record<"owner" | "admin" | "manager" | "viewer" | "key" | "readKey", ApiClient>>;
let ownRole: string;
let withinCeiling: string;
let aboveCeiling: string;
let roles: string;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  roles = `/organizations/${organization.organizationId}/roles`;
  const role = (name: string, permissions: readonly string[]) => t.role(organization, { name, permissions });
  ownRole = await role("Role manager", [
    "roles:create",
    "roles:edit",
    "roles:delete",
    "roles:assign",
    "campaigns:edit",
  ]);
  withinCeiling = await role("Within", ["campaigns:view"]);
  aboveCeiling = await role("Beyond", ["campaigns:view", "campaigns:approve"]);
  manager = await t.user(organization, { name: "Manager", roles: [ownRole] });
  const admin = await t.user(organization, { roles: ["app-admin", withinCeiling] });
  as = {
    owner: t.as(organization.owner),
    admin: t.as(admin),
    manager: t.as(manager),
    viewer: t.as(await t.user(organization, { roles: ["viewer"] })),
    key: t.withKey((await t.apiKey(organization, { createdBy: manager })).key),
    readKey: t.withKey((await t.apiKey(organization, { createdBy: admin, permissions: ["roles:view"] })).key),
  };
  for (const client of Object.values(as)) await client.get(roles);
});
afterAll(() => t.close());

const first = { "if-match": '"1"' };

type Case = readonly [title: string, send: () => Promise<ApiResponse>, code: string];
const rejectedCases: readonly Case[] = [
  [
    "a manager creates a role above themselves",
    () => as.manager.post(roles, { name: "N", permissions: ["campaigns:approve"] }),
    "grant-ceiling",
  ],
  [
    "a manager's key does",
    () => as.key.post(roles, { name: "N", permissions: ["campaigns:approve"] }),
    "grant-ceiling",
  ],
  [
    "a manager creates a role that implies more permissions than they have",
    () => as.manager.post(roles, { name: "N", permissions: ["users:invite"] }),
    "grant-ceiling",
  ],
  [
    "an admin creates a role that edits the organization",
    () => as.admin.post(roles, { name: "N", permissions: ["organization:edit"] }),
    "grant-ceiling",
  ],
  [
    "a manager adds what they lack",
    () => as.manager.patch(`${roles}/${withinCeiling}`, { permissions: ["campaigns:approve"] }, first),
    "grant-ceiling",
  ],
  [
    "a manager removes permissions that they lack",
    () => as.manager.patch(`${roles}/${aboveCeiling}`, { permissions: ["campaigns:view"] }, first),
    "grant-ceiling",
  ],
  [
    "a manager renames a role above themselves",
    () => as.manager.patch(`${roles}/${aboveCeiling}`, { name: "N" }, first),
    "grant-ceiling",
  ],
  [
    "a manager deletes a role above themselves",
    () => as.manager.delete(`${roles}/${aboveCeiling}`, first),
    "grant-ceiling",
  ],
  [
    "a manager replaces by a role above themselves",
    () => as.manager.delete(`${roles}/${withinCeiling}?replacement=${aboveCeiling}`, first),
    "grant-ceiling",
  ],
  [
    "a manager edits their own role",
    () => as.manager.patch(`${roles}/${ownRole}`, { permissions: ["roles:edit"] }, first),
    "own-roles",
  ],
  [
    "a manager's key edits the manager's role",
    () => as.key.patch(`${roles}/${ownRole}`, { permissions: [] }, first),
    "own-roles",
  ],
  [
    "an admin edits a second, smaller role of their own",
    () => as.admin.patch(`${roles}/${withinCeiling}`, { permissions: [] }, first),
    "own-roles",
  ],
  [
    "a manager replaces their own role",
    () => as.manager.delete(`${roles}/${ownRole}?replacement=${withinCeiling}`, first),
    "own-roles",
  ],
  [
    "an owner edits the owner role",
    () => as.owner.patch(`${roles}/${organization.roles.owner}`, { name: "N" }, first),
    "system-role",
  ],
  [
    "an owner empties the owner role",
    () => as.owner.patch(`${roles}/${organization.roles.owner}`, { permissions: [] }, first),
    "system-role",
  ],
  [
    "an owner deletes the owner role",
    () => as.owner.delete(`${roles}/${organization.roles.owner}`, first),
    "system-role",
  ],
  ["a viewer creates a role", () => as.viewer.post(roles, { name: "N", permissions: [] }), "permission"],
  [
    "a viewer edits a role",
    () => as.viewer.patch(`${roles}/${withinCeiling}`, { name: "N" }, first),
    "permission",
  ],
  ["a viewer deletes a role", () => as.viewer.delete(`${roles}/${withinCeiling}`, first), "permission"],
  ["a read key creates a role", () => as.readKey.post(roles, { name: "N", permissions: [] }), "permission"],
  [
    "a read key edits a role",
    () => as.readKey.patch(`${roles}/${withinCeiling}`, { name: "N" }, first),
    "permission",
  ],
  ["a read key deletes a role", () => as.readKey.delete(`${roles}/${withinCeiling}`, first), "permission"],
];

test.each(rejectedCases)("%s: rejects the request and changes nothing", async (_, send, code) => {
  const before = await readDatabaseState(t);
  const response = await send();
  expect(response.json()).toMatchObject({ status: 403, code: `forbidden/${code}` });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects a preview with the same error as the edit", async () => {
  const responses = await Promise.all([
    as.manager.patch(`${roles}/${aboveCeiling}?preview=true`, { permissions: [] }),
    as.manager.patch(`${roles}/${ownRole}?preview=true`, { permissions: [] }),
    as.owner.patch(`${roles}/${organization.roles.owner}?preview=true`, { permissions: [] }),
    as.viewer.patch(`${roles}/${withinCeiling}?preview=true`, { permissions: [] }),
  ]);
  expect(responses.map((response) => response.json<{ code: string }>().code)).toEqual([
    "forbidden/grant-ceiling",
    "forbidden/own-roles",
    "forbidden/system-role",
    "forbidden/permission",
  ]);
});

test("lists the missing permissions in a grant-ceiling error", async () => {
  const response = await as.manager.post(roles, {
    name: "N",
    permissions: ["campaigns:edit", "campaigns:approve"],
  });
  expect(response.json()).toMatchObject({
    detail: expect.stringContaining("campaigns:approve"),
    params: { missing: ["campaigns:approve"] },
  });
});

test("allows a manager to edit, rename and delete roles within the grant ceiling", async () => {
  const created = await as.manager.post(roles, { name: "New", permissions: ["campaigns:edit"] });
  const { id } = created.json<{ id: string }>();
  const edited = await as.manager.patch(`${roles}/${id}`, { permissions: ["campaigns:view"] }, first);
  const deleted = await as.manager.delete(`${roles}/${id}`, await getIfMatch(as.manager, `${roles}/${id}`));
  const renamed = await as.manager.patch(`${roles}/${ownRole}`, { name: "Role managers" }, first);
  expect([created, edited, deleted, renamed].map(({ statusCode }) => statusCode)).toEqual([
    201, 200, 204, 200,
  ]);
});
