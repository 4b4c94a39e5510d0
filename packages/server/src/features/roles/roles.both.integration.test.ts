import type { AuditEvent, RoleView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiClient, matchEtag } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let roles: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  roles = `/organizations/${organization.organizationId}/roles`;
  await asOwner.get(roles);
});

const first = { "if-match": '"1"' };
const draft = {
  name: "Editor",
  description: "Edits campaigns",
  permissions: ["campaigns:view", "campaigns:edit"],
};

async function create(body: object = draft): Promise<RoleView> {
  const response = await asOwner.post(roles, body);
  expect(response.statusCode, response.body).toBe(201);
  return response.json<RoleView>();
}

async function list(query = ""): Promise<{ items: RoleView[]; nextCursor: string | null; total: unknown }> {
  return (await asOwner.get(`${roles}${query}`)).json();
}

async function lastEvent(): Promise<AuditEvent | undefined> {
  const response = await asOwner.get(`/organizations/${organization.organizationId}/audit-events`);
  return response.json<{ items: AuditEvent[] }>().items[0];
}

async function invite(roleIds: readonly string[]): Promise<void> {
  const response = await asOwner.post(roles.replace("/roles", "/invitations"), {
    invitations: [{ email: `invited-${roleIds.length}-${Math.random()}@example.test`, roleIds }],
  });
  expect(response.json<{ results: { status: string }[] }>().results[0]?.status).toBe("created");
}

test("lists roles by name, the built-in role first, with user and invitation counts", async () => {
  await t.user(organization, { roles: ["viewer", "marketer"] });
  await t.user(organization, { roles: ["viewer"], status: "suspended" });
  await invite([organization.roles.viewer]);
  const { items, nextCursor, total } = await list();
  expect(
    items.map(({ name, system, userCount, invitationCount }) => [name, system, userCount, invitationCount]),
  ).toEqual([
    ["Owner", true, 1, 0],
    ["App Admin", false, 0, 0],
    ["Call Center", false, 0, 0],
    ["Campaign Approver", false, 0, 0],
    ["Developer", false, 0, 0],
    ["Marketer", false, 1, 0],
    ["Viewer", false, 2, 1],
  ]);
  expect({ nextCursor, total }).toEqual({ nextCursor: null, total: { count: 7, exact: true } });
  expect(items[0]?.permissions).toContain("organization:edit");
});

test("returns every role exactly once over all pages, and finds parts of names", async () => {
  const whole = await list();
  const start = await list("?limit=1");
  const next = await list(`?limit=3&cursor=${start.nextCursor}`);
  const rest = await list(`?cursor=${next.nextCursor}`);
  expect([...start.items, ...next.items, ...rest.items]).toEqual(whole.items);
  expect((await list("?query=MARK")).items.map(({ name }) => name)).toEqual(["Marketer"]);
  expect((await list("?query=a%25")).items).toEqual([]);
});

test("creates a role with its permissions in catalogue order and records it", async () => {
  const response = await asOwner.post(roles, {
    ...draft,
    permissions: ["campaigns:edit", "campaigns:view", "campaigns:edit"],
  });
  expect(response.statusCode).toBe(201);
  expect(response.headers["etag"]).toBe('"1"');
  const role = response.json<RoleView>();
  expect(role).toEqual({
    ...draft,
    id: expect.any(String),
    defaultName: draft.name,
    defaultDescription: draft.description,
    translations: {},
    system: false,
    template: null,
    userCount: 0,
    invitationCount: 0,
    updatedAt: "2026-03-02T09:00:00.000Z",
  });
  const got = await asOwner.get(`${roles}/${role.id}`);
  expect(got.json()).toEqual(role);
  expect(got.headers["etag"]).toBe('"1"');
  expect(await lastEvent()).toMatchObject({
    action: "roles.created",
    target: { type: "role", id: role.id, name: "Editor" },
    changes: [
      { field: "name", before: null, after: "Editor" },
      { field: "description", before: null, after: "Edits campaigns" },
      { field: "permissions", before: null, after: draft.permissions },
    ],
  });
});

test("creates one role for repeated requests with the same Idempotency-Key", async () => {
  const headers = { "idempotency-key": "k-1" };
  const one = await asOwner.post(roles, draft, headers);
  const again = await asOwner.post(roles, draft, headers);
  expect([again.statusCode, again.headers["etag"], again.json()]).toEqual([201, '"1"', one.json()]);
  expect((await list("?query=editor")).items).toHaveLength(1);
});

test.each(["EDITOR", "Éditor", " editor "])(
  "rejects the name %j because of the role Editor",
  async (name) => {
    const { id } = await create();
    const other = await create({ ...draft, name: "Other" });
    const before = await readDatabaseState(t);
    const created = await asOwner.post(roles, { ...draft, name });
    const renamed = await asOwner.patch(`${roles}/${other.id}`, { name }, first);
    expect([created.json(), renamed.json()]).toMatchObject([
      { status: 409, code: "roles/name-taken" },
      { status: 409, code: "roles/name-taken" },
    ]);
    expect(await readDatabaseState(t)).toEqual(before);
    expect((await asOwner.patch(`${roles}/${id}`, { name: name.trim() }, first)).statusCode).toBe(200);
  },
);

test("reports the location of an unknown permission and similar names", async () => {
  const before = await readDatabaseState(t);
  const response = await asOwner.post(roles, {
    ...draft,
    permissions: ["campaigns:view", "campaigns:aprove"],
  });
  expect(response.json()).toMatchObject({
    status: 422,
    code: "permissions/unknown",
    detail: expect.stringContaining('"campaigns:approve"'),
    errors: [{ path: "permissions.1", code: "permissions/unknown" }],
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("changes the given fields, with immediate effect for all users of the role", async () => {
  const role = await create();
  const asHolder = t.as(await t.user(organization, { roles: [role.id] }));
  expect((await asHolder.get(roles)).statusCode).toBe(403);
  const response = await asOwner.patch(
    `${roles}/${role.id}`,
    { permissions: ["roles:view", "campaigns:view"] },
    first,
  );
  expect(response.headers["etag"]).toEqual(matchEtag(2));
  expect(response.json()).toEqual({ ...role, permissions: ["campaigns:view", "roles:view"], userCount: 1 });
  expect((await asHolder.get(roles)).statusCode).toBe(200);
  expect(await lastEvent()).toMatchObject({
    action: "roles.edited",
    changes: [{ field: "permissions", before: draft.permissions, after: ["campaigns:view", "roles:view"] }],
  });
});

test("keeps the version and records nothing if an edit changes nothing, but rejects an old ETag", async () => {
  const { id } = await create();
  const before = await readDatabaseState(t);
  const same = await asOwner.patch(
    `${roles}/${id}`,
    { ...draft, permissions: draft.permissions.toReversed() },
    first,
  );
  const stale = await asOwner.patch(`${roles}/${id}`, draft, { "if-match": '"2"' });
  expect([same.statusCode, same.headers["etag"], stale.statusCode]).toEqual([200, '"1"', 412]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("allows an empty description, but not an empty name", async () => {
  const { id } = await create();
  expect((await asOwner.patch(`${roles}/${id}`, { description: "" }, first)).json()).toMatchObject({
    description: "",
  });
  expect((await asOwner.patch(`${roles}/${id}`, { name: "" }, { "if-match": '"2"' })).statusCode).toBe(422);
});

test("doesn't show or grant a permission outside the catalogue, and deletes it with the next edit", async () => {
  const { id } = await create();
  await t.sql("INSERT INTO role_permissions VALUES ($1, $2, 'gone:view')", [organization.organizationId, id]);
  expect((await asOwner.get(`${roles}/${id}`)).json()).toMatchObject({ permissions: draft.permissions });
  await asOwner.patch(`${roles}/${id}`, { permissions: ["campaigns:view"] }, first);
  expect(await t.sql("SELECT permission FROM role_permissions WHERE role_id = $1", [id])).toEqual([
    { permission: "campaigns:view" },
  ]);
});
