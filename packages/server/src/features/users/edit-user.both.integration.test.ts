import type { AuditEvent, UserDetails } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiClient, getIfMatch, matchEtag } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let admin: TestUser;
let asAdmin: ApiClient;
let target: TestUser;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  admin = await t.user(organization, { name: "Olive Brandt", roles: ["app-admin"] });
  target = await t.user(organization, { name: "Ayşe Kaya", roles: ["viewer", "marketer"] });
  path = `/organizations/${organization.organizationId}/users/${target.userId}`;
  asAdmin = t.as(admin);
  await asAdmin.get(path);
});

function edit(body: unknown, etag = '"1"') {
  return asAdmin.patch(path, body, { "if-match": etag });
}

const editNow = async (body: unknown) => asAdmin.patch(path, body, await getIfMatch(asAdmin, path));

async function events(): Promise<readonly AuditEvent[]> {
  const response = await t
    .as(organization.owner)
    .get(`/organizations/${organization.organizationId}/audit-events`);
  return response.json<{ items: AuditEvent[] }>().items;
}

test("returns a user with the grant details of each role and an ETag", async () => {
  const response = await asAdmin.get(path);
  expect(response.headers["etag"]).toBe('"1"');
  expect(response.json()).toEqual({
    id: target.userId,
    accountId: target.accountId,
    name: "Ayşe Kaya",
    email: target.email,
    status: "active",
    twoFactor: false,
    roles: ["marketer", "viewer"].map((key) => ({
      id: key === "viewer" ? organization.roles.viewer : organization.roles.marketer,
      name: key === "viewer" ? "Viewer" : "Marketer",
      grantedAt: "2026-03-02T09:00:00.000Z",
      grantedBy: { type: "system", id: null, name: "Test" },
    })),
    invitedBy: null,
    lastActiveAt: null,
    createdAt: "2026-03-02T09:00:00.000Z",
  });
});

test("changes name, phone and external id together, updates the search, and records one event", async () => {
  const response = await edit({ name: "  Ayşe Demir ", phone: "+90 212 000", externalId: "E-7" });
  expect(response.statusCode, response.body).toBe(200);
  expect(response.headers["etag"]).toEqual(matchEtag(2));
  expect(response.json()).toMatchObject({ name: "Ayşe Demir", phone: "+90 212 000", externalId: "E-7" });
  const search = await asAdmin.get(`/organizations/${organization.organizationId}/users?query=demir`);
  expect(search.json<{ items: unknown[] }>().items).toHaveLength(1);
  expect(await events()).toMatchObject([
    {
      action: "users.edited",
      actor: { type: "user", id: admin.userId, name: "Olive Brandt" },
      target: { type: "user", id: target.userId, name: "Ayşe Kaya" },
      changes: [
        { field: "name", before: "Ayşe Kaya", after: "Ayşe Demir" },
        { field: "phone", before: null, after: "+90 212 000" },
        { field: "externalId", before: null, after: "E-7" },
      ],
    },
  ]);
});

test("clears the phone number with null and keeps absent fields", async () => {
  await edit({ phone: "1", externalId: "E" });
  const response = await editNow({ phone: null });
  expect(response.json<UserDetails>()).not.toHaveProperty("phone");
  expect(response.json<UserDetails>().externalId).toBe("E");
});

test.each(["+90 abc", "abc", "+", "12 <b>"])("rejects a phone number that is none: %s", async (phone) => {
  const response = await edit({ phone });
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ errors: [{ path: "phone" }] });
  expect((await asAdmin.get(path)).json()).not.toHaveProperty("phone");
});

test("replaces the set of roles and keeps the grant details of remaining roles", async () => {
  const { viewer, developer } = organization.roles;
  t.clock.set("2026-03-02T10:00:00.000Z");
  const response = await edit({ roleIds: [viewer, developer] });
  t.clock.set("2026-03-02T09:00:00.000Z");
  expect(response.json<UserDetails>().roles).toEqual([
    {
      id: developer,
      name: "Developer",
      grantedAt: "2026-03-02T10:00:00.000Z",
      grantedBy: { type: "user", id: admin.userId, name: "Olive Brandt" },
    },
    expect.objectContaining({ id: viewer, grantedBy: { type: "system", id: null, name: "Test" } }),
  ]);
  expect((await asAdmin.get(path)).json()).toEqual(response.json());
  const [event] = await events();
  expect(event).toMatchObject({ action: "users.roles-changed" });
  expect(event?.changes).toEqual([
    { field: "roles", before: ["Marketer", "Viewer"], after: ["Viewer", "Developer"] },
  ]);
});

test("changes profile, status and roles in one version with one event for each", async () => {
  const response = await edit({ name: "A", status: "suspended", roleIds: [] });
  expect(response.headers["etag"]).toEqual(matchEtag(2));
  expect((await events()).map(({ action }) => action)).toEqual([
    "users.roles-changed",
    "users.suspended",
    "users.edited",
  ]);
});

test("restores a suspended user", async () => {
  await edit({ status: "suspended" });
  const response = await editNow({ status: "active" });
  expect(response.json()).toMatchObject({ status: "active" });
  expect((await events())[0]).toMatchObject({ action: "users.restored" });
});

test("keeps the version and records nothing if an edit changes nothing", async () => {
  const { viewer, marketer } = organization.roles;
  await asAdmin.get(path);
  const before = await readDatabaseState(t);
  const response = await edit({
    name: "Ayşe Kaya",
    status: "active",
    phone: null,
    roleIds: [marketer, viewer, viewer],
  });
  expect(response.statusCode).toBe(200);
  expect(response.headers["etag"]).toBe('"1"');
  expect(await readDatabaseState(t)).toEqual(before);
});

test("ignores an expired role and allows it to be assigned again", async () => {
  const { developer } = organization.roles;
  await edit({ roleIds: [developer] });
  await t.sql("UPDATE user_roles SET expires_at = $1 WHERE user_id = $2", [
    "2026-03-02T09:00:00Z",
    target.userId,
  ]);
  expect((await asAdmin.get(path)).json<UserDetails>().roles).toEqual([]);
  expect((await asAdmin.get(`${path}/permissions`)).json()).toMatchObject({ items: [] });

  const response = await editNow({ roleIds: [developer] });
  expect(response.json<UserDetails>().roles).toMatchObject([
    { id: developer, grantedBy: { id: admin.userId } },
  ]);
  expect((await asAdmin.get(path)).json()).toEqual(response.json());
});

test("rejects the second of two edits with the same ETag and changes nothing", async () => {
  await edit({ name: "First" });
  const before = await readDatabaseState(t);
  const response = await edit({ name: "Second", roleIds: [] });
  expect(response.statusCode).toBe(412);
  expect(response.json()).toMatchObject({ code: "precondition/failed", params: { version: 2 } });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["no If-Match", {}, 428],
  ["a weak tag", { "if-match": 'W/"1"' }, 412],
  ["a wildcard", { "if-match": "*" }, 412],
])("rejects an edit with %s", async (_, headers, status) => {
  const response = await asAdmin.patch(path, { name: "X" }, headers);
  expect(response.statusCode).toBe(status);
});

test("reports a duplicate external id at its field", async () => {
  await edit({ externalId: "E-7" });
  const other = await t.user(organization, { roles: ["viewer"] });
  const before = await readDatabaseState(t);
  const response = await asAdmin.patch(
    path.replace(target.userId, other.userId),
    { externalId: "E-7" },
    { "if-match": '"1"' },
  );
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({
    errors: [{ path: "externalId", code: "users/external-id-taken" }],
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["an unknown key", { admin: true }],
  ["an email address", { email: "x@y.test" }],
  ["a __proto__ key", JSON.parse('{"__proto__": {"name": "x"}}')],
  ["an empty name", { name: " " }],
  ["a line break in the name", { name: "a\nb" }],
  ["a status that doesn't exist", { status: "deleted" }],
  ["role names", { roleIds: ["Owner"] }],
  ["two edits in a list", [{ name: "x" }]],
])("rejects a body with %s", async (_, body) => {
  const before = await readDatabaseState(t);
  expect((await edit(body)).statusCode).toBe(422);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rolls back the change if its audit event fails", async () => {
  await t.sql(
    "ALTER TABLE unsealed_audit_events ADD CONSTRAINT broken CHECK (target_name <> 'Ayşe Kaya') NOT VALID",
  );
  const before = await readDatabaseState(t);
  const response = await edit({ name: "X", roleIds: [] });
  await t.sql("ALTER TABLE unsealed_audit_events DROP CONSTRAINT broken");
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain("broken");
  expect(await readDatabaseState(t)).toEqual(before);
});
