import type { AuditEvent, UserDetails } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { changedTag, ifMatchNow } from "../../../test/entity-tags.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { stateOf } from "../../../test/state-of.ts";

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

const editNow = async (body: unknown) => asAdmin.patch(path, body, await ifMatchNow(asAdmin, path));

async function events(): Promise<readonly AuditEvent[]> {
  const answer = await t
    .as(organization.owner)
    .get(`/organizations/${organization.organizationId}/audit-events`);
  return answer.json<{ items: AuditEvent[] }>().items;
}

test("a user is answered with the history of each role and an ETag", async () => {
  const answer = await asAdmin.get(path);
  expect(answer.headers["etag"]).toBe('"1"');
  expect(answer.json()).toEqual({
    id: target.userId,
    accountId: target.accountId,
    name: "Ayşe Kaya",
    email: target.email,
    status: "active",
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

test("name, phone and external id change together, are found by search, and are one event", async () => {
  const answer = await edit({ name: "  Ayşe Demir ", phone: "+90 212 000", externalId: "E-7" });
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers["etag"]).toEqual(changedTag(2));
  expect(answer.json()).toMatchObject({ name: "Ayşe Demir", phone: "+90 212 000", externalId: "E-7" });
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

test("null clears a phone number and leaves what isn't named", async () => {
  await edit({ phone: "1", externalId: "E" });
  const answer = await editNow({ phone: null });
  expect(answer.json<UserDetails>()).not.toHaveProperty("phone");
  expect(answer.json<UserDetails>().externalId).toBe("E");
});

test("roles become the set that was sent; those that stay keep who gave them", async () => {
  const { viewer, developer } = organization.roles;
  t.clock.set("2026-03-02T10:00:00.000Z");
  const answer = await edit({ roleIds: [viewer, developer] });
  t.clock.set("2026-03-02T09:00:00.000Z");
  expect(answer.json<UserDetails>().roles).toEqual([
    {
      id: developer,
      name: "Developer",
      grantedAt: "2026-03-02T10:00:00.000Z",
      grantedBy: { type: "user", id: admin.userId, name: "Olive Brandt" },
    },
    expect.objectContaining({ id: viewer, grantedBy: { type: "system", id: null, name: "Test" } }),
  ]);
  expect((await asAdmin.get(path)).json()).toEqual(answer.json());
  const [event] = await events();
  expect(event).toMatchObject({ action: "users.roles-changed" });
  expect(event?.changes).toEqual([
    { field: "roles", before: ["Marketer", "Viewer"], after: ["Viewer", "Developer"] },
  ]);
});

test("profile, status and roles in one edit are one version and an event each", async () => {
  const answer = await edit({ name: "A", status: "suspended", roleIds: [] });
  expect(answer.headers["etag"]).toEqual(changedTag(2));
  expect((await events()).map(({ action }) => action)).toEqual([
    "users.roles-changed",
    "users.suspended",
    "users.edited",
  ]);
});

test("a user who is restored is active again", async () => {
  await edit({ status: "suspended" });
  const answer = await editNow({ status: "active" });
  expect(answer.json()).toMatchObject({ status: "active" });
  expect((await events())[0]).toMatchObject({ action: "users.restored" });
});

test("an edit that changes nothing leaves version and log alone", async () => {
  const { viewer, marketer } = organization.roles;
  await asAdmin.get(path);
  const before = await stateOf(t);
  const answer = await edit({
    name: "Ayşe Kaya",
    status: "active",
    phone: null,
    roleIds: [marketer, viewer, viewer],
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["etag"]).toBe('"1"');
  expect(await stateOf(t)).toEqual(before);
});

test("a role that ran out counts nowhere and can be given again", async () => {
  const { developer } = organization.roles;
  await edit({ roleIds: [developer] });
  await t.sql("UPDATE user_roles SET expires_at = $1 WHERE user_id = $2", [
    "2026-03-02T09:00:00Z",
    target.userId,
  ]);
  expect((await asAdmin.get(path)).json<UserDetails>().roles).toEqual([]);
  expect((await asAdmin.get(`${path}/permissions`)).json()).toEqual({ items: [] });

  const answer = await editNow({ roleIds: [developer] });
  expect(answer.json<UserDetails>().roles).toMatchObject([
    { id: developer, grantedBy: { id: admin.userId } },
  ]);
  expect((await asAdmin.get(path)).json()).toEqual(answer.json());
});

test("the second of two saves with one ETag is refused and changes nothing", async () => {
  await edit({ name: "First" });
  const before = await stateOf(t);
  const answer = await edit({ name: "Second", roleIds: [] });
  expect(answer.statusCode).toBe(412);
  expect(answer.json()).toMatchObject({ code: "precondition/failed", params: { version: 2 } });
  expect(await stateOf(t)).toEqual(before);
});

test.each([
  ["no If-Match", {}, 428],
  ["a weak tag", { "if-match": 'W/"1"' }, 412],
  ["a star", { "if-match": "*" }, 412],
])("with %s an edit is refused", async (_, headers, status) => {
  const answer = await asAdmin.patch(path, { name: "X" }, headers);
  expect(answer.statusCode).toBe(status);
});

test("an external id that another user has is refused at its field", async () => {
  await edit({ externalId: "E-7" });
  const other = await t.user(organization, { roles: ["viewer"] });
  const before = await stateOf(t);
  const answer = await asAdmin.patch(
    path.replace(target.userId, other.userId),
    { externalId: "E-7" },
    { "if-match": '"1"' },
  );
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ errors: [{ path: "externalId", code: "users/external-id-taken" }] });
  expect(await stateOf(t)).toEqual(before);
});

test.each([
  ["an unknown key", { admin: true }],
  ["an e-mail address", { email: "x@y.test" }],
  ["a prototype", JSON.parse('{"__proto__": {"name": "x"}}')],
  ["an empty name", { name: " " }],
  ["a line break in the name", { name: "a\nb" }],
  ["a status that doesn't exist", { status: "deleted" }],
  ["role names", { roleIds: ["Owner"] }],
  ["two edits in a list", [{ name: "x" }]],
])("a body with %s is refused", async (_, body) => {
  const before = await stateOf(t);
  expect((await edit(body)).statusCode).toBe(422);
  expect(await stateOf(t)).toEqual(before);
});

test("a change and its audit event succeed or fail together", async () => {
  await t.sql("ALTER TABLE audit_events ADD CONSTRAINT broken CHECK (target_name <> 'Ayşe Kaya') NOT VALID");
  const before = await stateOf(t);
  const answer = await edit({ name: "X", roleIds: [] });
  await t.sql("ALTER TABLE audit_events DROP CONSTRAINT broken");
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("broken");
  expect(await stateOf(t)).toEqual(before);
});
