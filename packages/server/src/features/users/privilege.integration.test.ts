import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { ifMatchNow } from "../../../test/entity-tags.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { stateOf } from "../../../test/state-of.ts";

type Who =
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
let clients: Readonly<Record<Who, ApiClient>>;
let limited: string;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  const role = (name: string, permissions: readonly string[]) => t.role(organization, { name, permissions });
  const everything = ["users:edit", "users:suspend", "users:remove", "users:invite", "roles:assign"];
  // A manager may do everything to users, but of the panel only what a viewer may.
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
  for (const client of Object.values(clients))
    await client.get(`/organizations/${organization.organizationId}/users`);
});
afterAll(() => t.close());

const roles = (): Record<string, string> => ({ ...organization.roles, limited });
const rolesOf = (...keys: readonly string[]) => ({ roleIds: keys.map((key) => roles()[key]) });

type Edit = readonly [title: string, who: Who, target: keyof typeof users, body: () => unknown, code: string];
const refused: readonly Edit[] = [
  ["a manager gives a role above their own", "manager", "viewer", () => rolesOf("marketer"), "grant-ceiling"],
  ["a manager gives ownership", "manager", "viewer", () => rolesOf("owner"), "grant-ceiling"],
  ["an admin gives ownership", "admin", "viewer", () => rolesOf("viewer", "owner"), "grant-ceiling"],
  ["an admin's key gives ownership", "keyOfAdmin", "viewer", () => rolesOf("owner"), "grant-ceiling"],
  [
    "a manager takes a role above their own",
    "manager",
    "marketer",
    () => rolesOf("limited"),
    "grant-ceiling",
  ],
  [
    "a manager gives a role to somebody above them",
    "manager",
    "admin",
    () => rolesOf("app-admin", "limited"),
    "grant-ceiling",
  ],
  ["a manager renames somebody above them", "manager", "marketer", () => ({ name: "X" }), "grant-ceiling"],
  [
    "a manager suspends somebody above them",
    "manager",
    "marketer",
    () => ({ status: "suspended" }),
    "grant-ceiling",
  ],
  ["an admin edits an owner", "admin", "owner", () => ({ name: "X" }), "grant-ceiling"],
  ["an admin suspends an owner", "admin", "owner", () => ({ status: "suspended" }), "grant-ceiling"],
  ["an admin demotes an owner", "admin", "owner", () => rolesOf("viewer"), "grant-ceiling"],
  ["an admin changes their own roles", "admin", "admin", () => rolesOf("viewer"), "own-roles"],
  ["an admin adds a role to themselves", "admin", "admin", () => rolesOf("app-admin", "viewer"), "own-roles"],
  ["an owner changes their own roles", "owner", "owner", () => rolesOf("viewer"), "own-roles"],
  ["a key changes its creator's roles", "keyOfAdmin", "admin", () => rolesOf("viewer"), "own-roles"],
  ["an admin suspends themselves", "admin", "admin", () => ({ status: "suspended" }), "own-roles"],
  ["a key suspends its creator", "keyOfAdmin", "admin", () => ({ status: "suspended" }), "own-roles"],
  ["a viewer renames somebody", "viewer", "viewer", () => ({ name: "X" }), "permission"],
  ["a read key renames somebody", "readKey", "viewer", () => ({ name: "X" }), "permission"],
  ["an editor suspends somebody", "editor", "viewer", () => ({ status: "suspended" }), "permission"],
  ["an editor gives roles", "editor", "viewer", () => rolesOf("limited"), "permission"],
  ["a suspender renames somebody", "suspender", "viewer", () => ({ phone: "1" }), "permission"],
  ["an assigner suspends somebody", "assigner", "viewer", () => ({ status: "suspended" }), "permission"],
  ["an assigner sets an external id", "assigner", "viewer", () => ({ externalId: "1" }), "permission"],
];

test.each(refused)(
  "%s: refused, previewed alike, and nothing changes",
  async (_, who, target, body, code) => {
    const path = `/organizations/${organization.organizationId}/users/${users[target].userId}`;
    const before = await stateOf(t);
    const answer = await clients[who].patch(path, body(), { "if-match": '"1"' });
    const preview = await clients[who].patch(`${path}?preview=true`, body());
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: `forbidden/${code}` });
    expect(preview.json()).toMatchObject({ code: `forbidden/${code}` });
    expect(await stateOf(t)).toEqual(before);
  },
);

test.each<readonly [string, Who, keyof typeof users, number]>([
  ["a manager removes somebody above them", "manager", "marketer", 403],
  ["an admin removes an owner", "admin", "owner", 403],
  ["a viewer removes somebody", "viewer", "marketer", 403],
  ["an editor removes somebody", "editor", "viewer", 403],
  ["a read key removes somebody", "readKey", "viewer", 403],
])("%s: refused, and nothing changes", async (_, who, target, status) => {
  const path = `/organizations/${organization.organizationId}/users/${users[target].userId}`;
  const before = await stateOf(t);
  const answer = await clients[who].delete(path, { "if-match": '"1"' });
  expect(answer.statusCode).toBe(status);
  expect(await stateOf(t)).toEqual(before);
});

test("a refusal of the ceiling names what is missing", async () => {
  const path = `/organizations/${organization.organizationId}/users/${users.viewer.userId}`;
  const answer = await clients.manager.patch(path, rolesOf("campaign-approver"), { "if-match": '"1"' });
  expect(answer.json()).toMatchObject({
    detail: expect.stringContaining("campaigns:approve"),
    params: { missing: expect.arrayContaining(["campaigns:approve", "recommendations:approve"]) },
  });
});

test("a demoted creator's key can do less from the next call on", async () => {
  const creator = await t.user(organization, { roles: ["app-admin"] });
  const key = t.withKey((await t.apiKey(organization, { createdBy: creator })).key);
  const target = await t.user(organization, { roles: [limited] });
  const path = `/organizations/${organization.organizationId}/users`;
  expect((await key.patch(`${path}/${target.userId}`, { name: "A" }, { "if-match": '"1"' })).statusCode).toBe(
    200,
  );
  await clients.owner.patch(`${path}/${creator.userId}`, rolesOf("viewer"), { "if-match": '"1"' });
  const now = await ifMatchNow(clients.owner, `${path}/${target.userId}`);
  expect((await key.patch(`${path}/${target.userId}`, { name: "B" }, now)).statusCode).toBe(403);
});

test.each<readonly [string, Who, () => unknown]>([
  ["an editor changes their own name", "editor", () => ({ name: "New name" })],
  [
    "an admin repeats their own status and roles",
    "admin",
    () => ({ status: "active", ...rolesOf("app-admin") }),
  ],
])("%s: allowed", async (_, who, body) => {
  const me = (await clients[who].get("/me")).json<{ organizations: { userId: string }[] }>();
  const path = `/organizations/${organization.organizationId}/users/${me.organizations[0]?.userId}`;
  const answer = await clients[who].patch(path, body(), { "if-match": '"1"' });
  expect(answer.statusCode, answer.body).toBe(200);
});
