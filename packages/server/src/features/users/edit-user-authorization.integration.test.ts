import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiClient, getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

type ClientName =
  | "owner"
  | "admin"
  | "manager"
  | "viewer"
  | "editor"
  | "suspender"
  | "assigner"
  | "keyOfAdmin"
  | "readKey";

let t: TestApp;
let organization: TestOrganization;
let users: Readonly<Record<"owner" | "admin" | "manager" | "viewer" | "marketer", TestUser>>;
let clients: Readonly<Record<ClientName, ApiClient>>;
let limited: string;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  const role = (name: string, permissions: readonly string[]) => t.role(organization, { name, permissions });
  const everything = ["users:edit", "users:suspend", "users:remove", "users:invite", "roles:assign"];
  // A manager has all user permissions, but only the viewer's permissions of the panel.
  const manager = await role("Manager", everything);
  limited = await role("Limited", ["campaigns:view"]);
  const only = async (permission: string) =>
    t.user(organization, { roles: [await role(permission, [permission, "campaigns:view"])] });
  users = {
    owner: organization.owner,
    admin: await t.user(organization, { name: "Admin", roles: ["app-admin"] }),
    manager: await t.user(organization, { name: "Manager", roles: [manager, "viewer"] }),
    viewer: await t.user(organization, { name: "Viewer", roles: ["viewer"] }),
    marketer: await t.user(organization, { name: "Marketer", roles: ["marketer", limited] }),
  };
  const key = await t.apiKey(organization, { createdBy: users.admin });
  const readKey = await t.apiKey(organization, { createdBy: users.admin, permissions: ["users:view"] });
  clients = {
    owner: t.as(users.owner),
    admin: t.as(users.admin),
    manager: t.as(users.manager),
    viewer: t.as(users.viewer),
    editor: t.as(await only("users:edit")),
    suspender: t.as(await only("users:suspend")),
    assigner: t.as(await only("roles:assign")),
    keyOfAdmin: t.withKey(key.key),
    readKey: t.withKey(readKey.key),
  };
  for (const apiClient of Object.values(clients))
    await apiClient.get(`/organizations/${organization.organizationId}/users`);
});
afterAll(() => t.close());

const roles = (): Record<string, string> => ({ ...organization.roles, limited });
const getRoleIds = (...keys: readonly string[]) => ({ roleIds: keys.map((key) => roles()[key]) });

type Edit = readonly [
  title: string,
  client: ClientName,
  target: keyof typeof users,
  body: () => unknown,
  code: string,
];
const rejectedCases: readonly Edit[] = [
  [
    "a manager assigns a role above the ceiling",
    "manager",
    "viewer",
    () => getRoleIds("marketer"),
    "grant-ceiling",
  ],
  ["a manager assigns the owner role", "manager", "viewer", () => getRoleIds("owner"), "grant-ceiling"],
  [
    "an admin assigns the owner role",
    "admin",
    "viewer",
    () => getRoleIds("viewer", "owner"),
    "grant-ceiling",
  ],
  [
    "an admin's key assigns the owner role",
    "keyOfAdmin",
    "viewer",
    () => getRoleIds("owner"),
    "grant-ceiling",
  ],
  [
    "a manager removes a role above the ceiling",
    "manager",
    "marketer",
    () => getRoleIds("limited"),
    "grant-ceiling",
  ],
  [
    "a manager assigns a role to a user above the ceiling",
    "manager",
    "admin",
    () => getRoleIds("app-admin", "limited"),
    "grant-ceiling",
  ],
  [
    "a manager renames a user above the ceiling",
    "manager",
    "marketer",
    () => ({ name: "X" }),
    "grant-ceiling",
  ],
  [
    "a manager suspends a user above the ceiling",
    "manager",
    "marketer",
    () => ({ status: "suspended" }),
    "grant-ceiling",
  ],
  ["an admin edits an owner", "admin", "owner", () => ({ name: "X" }), "grant-ceiling"],
  ["an admin suspends an owner", "admin", "owner", () => ({ status: "suspended" }), "grant-ceiling"],
  ["an admin demotes an owner", "admin", "owner", () => getRoleIds("viewer"), "grant-ceiling"],
  ["an admin changes their own roles", "admin", "admin", () => getRoleIds("viewer"), "own-roles"],
  [
    "an admin adds a role to themselves",
    "admin",
    "admin",
    () => getRoleIds("app-admin", "viewer"),
    "own-roles",
  ],
  ["an owner changes their own roles", "owner", "owner", () => getRoleIds("viewer"), "own-roles"],
  ["a key changes its creator's roles", "keyOfAdmin", "admin", () => getRoleIds("viewer"), "own-roles"],
  ["an admin suspends themselves", "admin", "admin", () => ({ status: "suspended" }), "own-roles"],
  ["a key suspends its creator", "keyOfAdmin", "admin", () => ({ status: "suspended" }), "own-roles"],
  ["a viewer renames a user", "viewer", "viewer", () => ({ name: "X" }), "permission"],
  ["a read key renames a user", "readKey", "viewer", () => ({ name: "X" }), "permission"],
  ["an editor suspends a user", "editor", "viewer", () => ({ status: "suspended" }), "permission"],
  ["an editor assigns roles", "editor", "viewer", () => getRoleIds("limited"), "permission"],
  ["a suspender renames a user", "suspender", "viewer", () => ({ phone: "1" }), "permission"],
  ["an assigner suspends a user", "assigner", "viewer", () => ({ status: "suspended" }), "permission"],
  ["an assigner sets an external id", "assigner", "viewer", () => ({ externalId: "1" }), "permission"],
];

test.each(rejectedCases)(
  "%s: rejects the edit and its preview, and changes nothing",
  async (_, client, target, body, code) => {
    const path = `/organizations/${organization.organizationId}/users/${users[target].userId}`;
    const before = await readDatabaseState(t);
    const response = await clients[client].patch(path, body(), { "if-match": '"1"' });
    const preview = await clients[client].patch(`${path}?preview=true`, body());
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ code: `forbidden/${code}` });
    expect(preview.json()).toMatchObject({ code: `forbidden/${code}` });
    expect(await readDatabaseState(t)).toEqual(before);
  },
);

test.each<readonly [string, ClientName, keyof typeof users, number]>([
  ["a manager removes a user above the ceiling", "manager", "marketer", 403],
  ["an admin removes an owner", "admin", "owner", 403],
  ["a viewer removes a user", "viewer", "marketer", 403],
  ["an editor removes a user", "editor", "viewer", 403],
  ["a read key removes a user", "readKey", "viewer", 403],
])("%s: rejects the request and changes nothing", async (_, client, target, status) => {
  const path = `/organizations/${organization.organizationId}/users/${users[target].userId}`;
  const before = await readDatabaseState(t);
  const response = await clients[client].delete(path, { "if-match": '"1"' });
  expect(response.statusCode).toBe(status);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("lists the missing permissions in a grant-ceiling error", async () => {
  const path = `/organizations/${organization.organizationId}/users/${users.viewer.userId}`;
  const response = await clients.manager.patch(path, getRoleIds("campaign-approver"), { "if-match": '"1"' });
  expect(response.json()).toMatchObject({
    detail: expect.stringContaining("campaigns:approve"),
    params: { missing: expect.arrayContaining(["campaigns:approve", "recommendations:approve"]) },
  });
});

test("limits an API key in the next request after its creator loses permissions", async () => {
  const creator = await t.user(organization, { roles: ["app-admin"] });
  const key = t.withKey((await t.apiKey(organization, { createdBy: creator })).key);
  const target = await t.user(organization, { roles: [limited] });
  const path = `/organizations/${organization.organizationId}/users`;
  expect((await key.patch(`${path}/${target.userId}`, { name: "A" }, { "if-match": '"1"' })).statusCode).toBe(
    200,
  );
  await clients.owner.patch(`${path}/${creator.userId}`, getRoleIds("viewer"), { "if-match": '"1"' });
  const now = await getIfMatch(clients.owner, `${path}/${target.userId}`);
  expect((await key.patch(`${path}/${target.userId}`, { name: "B" }, now)).statusCode).toBe(403);
});

test.each<readonly [string, ClientName, () => unknown]>([
  ["an editor changes their own name", "editor", () => ({ name: "New name" })],
  [
    "an admin repeats their own status and roles",
    "admin",
    () => ({ status: "active", ...getRoleIds("app-admin") }),
  ],
])("%s: allowed", async (_, client, body) => {
  const me = (await clients[client].get("/me")).json<{ organizations: { userId: string }[] }>();
  const path = `/organizations/${organization.organizationId}/users/${me.organizations[0]?.userId}`;
  const response = await clients[client].patch(path, body(), { "if-match": '"1"' });
  expect(response.statusCode, response.body).toBe(200);
});
