import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer, ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { ifMatchNow } from "../../../test/entity-tags.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { stateOf } from "../../../test/state-of.ts";

let t: TestApp;
let organization: TestOrganization;
let manager: TestUser;
let as: Readonly<Record<"owner" | "admin" | "manager" | "viewer" | "key" | "readKey", ApiClient>>;
let held: string;
let within: string;
let beyond: string;
let roles: string;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  roles = `/organizations/${organization.organizationId}/roles`;
  const role = (name: string, permissions: readonly string[]) => t.role(organization, { name, permissions });
  held = await role("Role manager", [
    "roles:create",
    "roles:edit",
    "roles:delete",
    "roles:assign",
    "campaigns:edit",
  ]);
  within = await role("Within", ["campaigns:view"]);
  beyond = await role("Beyond", ["campaigns:view", "campaigns:approve"]);
  manager = await t.user(organization, { name: "Manager", roles: [held] });
  const admin = await t.user(organization, { roles: ["app-admin", within] });
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

type Case = readonly [title: string, send: () => Promise<Answer>, code: string];
const refused: readonly Case[] = [
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
    "a manager creates a role that implies more than they hold",
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
    () => as.manager.patch(`${roles}/${within}`, { permissions: ["campaigns:approve"] }, first),
    "grant-ceiling",
  ],
  [
    "a manager takes away what they lack",
    () => as.manager.patch(`${roles}/${beyond}`, { permissions: ["campaigns:view"] }, first),
    "grant-ceiling",
  ],
  [
    "a manager renames a role above themselves",
    () => as.manager.patch(`${roles}/${beyond}`, { name: "N" }, first),
    "grant-ceiling",
  ],
  [
    "a manager deletes a role above themselves",
    () => as.manager.delete(`${roles}/${beyond}`, first),
    "grant-ceiling",
  ],
  [
    "a manager replaces by a role above themselves",
    () => as.manager.delete(`${roles}/${within}?replacement=${beyond}`, first),
    "grant-ceiling",
  ],
  [
    "a manager edits the role that they hold",
    () => as.manager.patch(`${roles}/${held}`, { permissions: ["roles:edit"] }, first),
    "own-roles",
  ],
  [
    "a manager's key edits the role that the manager holds",
    () => as.key.patch(`${roles}/${held}`, { permissions: [] }, first),
    "own-roles",
  ],
  [
    "an admin edits a lesser role that they hold beside",
    () => as.admin.patch(`${roles}/${within}`, { permissions: [] }, first),
    "own-roles",
  ],
  [
    "a manager replaces the role that they hold",
    () => as.manager.delete(`${roles}/${held}?replacement=${within}`, first),
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
  ["a viewer edits a role", () => as.viewer.patch(`${roles}/${within}`, { name: "N" }, first), "permission"],
  ["a viewer deletes a role", () => as.viewer.delete(`${roles}/${within}`, first), "permission"],
  ["a read key creates a role", () => as.readKey.post(roles, { name: "N", permissions: [] }), "permission"],
  [
    "a read key edits a role",
    () => as.readKey.patch(`${roles}/${within}`, { name: "N" }, first),
    "permission",
  ],
  ["a read key deletes a role", () => as.readKey.delete(`${roles}/${within}`, first), "permission"],
];

test.each(refused)("%s: refused, and nothing changes", async (_, send, code) => {
  const before = await stateOf(t);
  const answer = await send();
  expect(answer.json()).toMatchObject({ status: 403, code: `forbidden/${code}` });
  expect(await stateOf(t)).toEqual(before);
});

test("a preview is refused what the edit would be", async () => {
  const answers = await Promise.all([
    as.manager.patch(`${roles}/${beyond}?preview=true`, { permissions: [] }),
    as.manager.patch(`${roles}/${held}?preview=true`, { permissions: [] }),
    as.owner.patch(`${roles}/${organization.roles.owner}?preview=true`, { permissions: [] }),
    as.viewer.patch(`${roles}/${within}?preview=true`, { permissions: [] }),
  ]);
  expect(answers.map((answer) => answer.json<{ code: string }>().code)).toEqual([
    "forbidden/grant-ceiling",
    "forbidden/own-roles",
    "forbidden/system-role",
    "forbidden/permission",
  ]);
});

test("a refusal of the ceiling names what is missing", async () => {
  const answer = await as.manager.post(roles, {
    name: "N",
    permissions: ["campaigns:edit", "campaigns:approve"],
  });
  expect(answer.json()).toMatchObject({
    detail: expect.stringContaining("campaigns:approve"),
    params: { missing: ["campaigns:approve"] },
  });
});

test("a manager edits, renames and deletes what lies within what they hold", async () => {
  const created = await as.manager.post(roles, { name: "New", permissions: ["campaigns:edit"] });
  const { id } = created.json<{ id: string }>();
  const edited = await as.manager.patch(`${roles}/${id}`, { permissions: ["campaigns:view"] }, first);
  const deleted = await as.manager.delete(`${roles}/${id}`, await ifMatchNow(as.manager, `${roles}/${id}`));
  const renamed = await as.manager.patch(`${roles}/${held}`, { name: "Role managers" }, first);
  expect([created, edited, deleted, renamed].map(({ statusCode }) => statusCode)).toEqual([
    201, 200, 204, 200,
  ]);
});
