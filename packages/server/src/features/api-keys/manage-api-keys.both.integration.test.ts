import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { hashToken } from "../../ports/secrets.ts";

let t: TestApp;
let acme: TestOrganization;
let keys: string;
let asOwner: ApiClient;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  keys = `/organizations/${acme.organizationId}/api-keys`;
  asOwner = t.as(acme.owner);
  await asOwner.get("/me");
});
afterAll(() => t.close());

interface CreatedKey {
  readonly apiKey: ApiKeyView;
  readonly secret: string;
}

const draft = { name: "Reports", permissions: ["users:edit"] };
async function create(overrides: Readonly<Record<string, unknown>> = {}, as = asOwner): Promise<CreatedKey> {
  return (await as.post(keys, { ...draft, ...overrides })).json<CreatedKey>();
}

test("creates a key that works immediately, returns its secret once, and records it", async () => {
  const response = await asOwner.post(keys, { ...draft, expiresAt: "2026-06-01T12:00:00+03:00" });
  expect(response.statusCode).toBe(201);
  const { apiKey, secret } = response.json<CreatedKey>();
  expect(apiKey).toMatchObject({
    name: "Reports",
    permissions: ["users:view", "users:edit"],
    createdBy: { id: acme.owner.userId, name: acme.owner.name, status: "active" },
    createdAt: t.clock.now().toISOString(),
    expiresAt: "2026-06-01T09:00:00.000Z",
    lastUsedAt: null,
    status: "active",
  });
  const people = `/organizations/${acme.organizationId}/users`;
  expect((await t.withKey(secret).get(people)).statusCode).toBe(200);
  expect((await t.withKey(secret).get(`/organizations/${acme.organizationId}/roles`)).statusCode).toBe(403);
  const [row] = await t.sql("SELECT to_jsonb(k)::text AS row FROM api_keys k WHERE api_key_id = $1", [
    apiKey.id,
  ]);
  expect(row?.["row"]).toContain(hashToken(secret));
  expect(row?.["row"]).not.toContain(secret.slice(-43));
  const list = await asOwner.get(keys);
  expect(list.body).not.toContain(secret.slice(-43));
  expect(list.json()).toMatchObject({ items: [{ id: apiKey.id, lastUsedAt: t.clock.now().toISOString() }] });
  const [event] = await t.sql(
    "SELECT actor_id, target_id, changes FROM audit_events WHERE action = 'api-keys.created'",
  );
  expect(event).toMatchObject({
    actor_id: acme.owner.userId,
    target_id: apiKey.id,
    changes: [{ field: "permissions", after: ["users:view", "users:edit"] }, { field: "expiresAt" }],
  });
});

test("expires a key after a year unless another expiry or none was chosen", async () => {
  const ends = [];
  for (const overrides of [{}, { expiresAt: null }, { expiresAt: "2031-01-01T00:00:00Z" }])
    ends.push((await create(overrides)).apiKey.expiresAt);
  expect(ends).toEqual(["2027-03-02T09:00:00.000Z", null, "2031-01-01T00:00:00.000Z"]);
});

test("returns the id of the first key for a repeated request, but not the secret", async () => {
  const headers = { "idempotency-key": "nightly-1" };
  const first = (await asOwner.post(keys, draft, headers)).json<CreatedKey>();
  const before = await readDatabaseState(t);
  const again = await asOwner.post(keys, draft, headers);
  expect(again.json()).toMatchObject({
    status: 409,
    code: "api-keys/shown-once",
    params: { apiKeyId: first.apiKey.id },
  });
  expect(again.body).not.toContain(first.secret.slice(-43));
  const other = await asOwner.post(keys, { ...draft, name: "Other" }, headers);
  expect(other.json()).toMatchObject({ status: 422, code: "idempotency/reused" });
  expect(await readDatabaseState(t)).toEqual(before);
  expect(JSON.stringify(before)).not.toContain(first.secret.slice(-43));
  const someoneElse = t.as(await t.user(acme, { roles: ["owner"] }));
  expect((await someoneElse.post(keys, draft, headers)).statusCode).toBe(201);
});

test("returns the id of the first key for a repeated request after its expiry", async () => {
  const overrides = { ...draft, expiresAt: new Date(t.clock.now().getTime() + 1_000).toISOString() };
  const headers = { "idempotency-key": "short-lived" };
  const { apiKey } = (await asOwner.post(keys, overrides, headers)).json<CreatedKey>();
  t.clock.advance(1_000);
  expect((await asOwner.post(keys, overrides, headers)).json()).toMatchObject({
    code: "api-keys/shown-once",
    params: { apiKeyId: apiKey.id },
  });
});

test("allows a rejected request to be repeated with the same Idempotency-Key", async () => {
  const headers = { "idempotency-key": "refused-1" };
  const overrides = { ...draft, expiresAt: "2020-01-01T00:00:00Z" };
  expect((await asOwner.post(keys, overrides, headers)).json()).toMatchObject({ code: "api-keys/expiry" });
  expect((await asOwner.post(keys, draft, headers)).statusCode).toBe(201);
});

test("creates one key in ten concurrent requests with the same Idempotency-Key", async () => {
  const headers = { "idempotency-key": "ten-at-once" };
  const outcomes = await runConcurrently(10, () => asOwner.post(keys, { ...draft, name: "Ten" }, headers));
  const responses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.json() : null));
  const created = responses.filter((response) => response?.secret !== undefined);
  expect(created).toHaveLength(1);
  const repeated = responses.filter((response) => response?.code === "api-keys/shown-once");
  expect(repeated.map(({ params }) => params.apiKeyId)).toEqual(Array(9).fill(created[0]?.apiKey.id));
  expect(await t.sql("SELECT FROM api_keys WHERE name = 'Ten'")).toHaveLength(1);
});

test("rejects a revoked key, records the revocation, and ignores a second one", async () => {
  const { apiKey, secret } = await create();
  expect((await asOwner.delete(`${keys}/${apiKey.id}`)).statusCode).toBe(204);
  const refused = await t.withKey(secret).get(`/organizations/${acme.organizationId}/users`);
  expect(refused.json()).toMatchObject({ status: 401, code: "auth/revoked-key" });
  const before = await readDatabaseState(t);
  expect((await asOwner.delete(`${keys}/${apiKey.id}`)).statusCode).toBe(204);
  expect(await readDatabaseState(t)).toEqual(before);
  const events = await t.sql(
    "SELECT target_name FROM audit_events WHERE action = 'api-keys.revoked' AND target_id = $1",
    [apiKey.id],
  );
  expect(events).toEqual([{ target_name: "Reports" }]);
});

test("records one of six concurrent revocations", async () => {
  const { apiKey } = await create();
  const outcomes = await runConcurrently(6, () => asOwner.delete(`${keys}/${apiKey.id}`));
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses).toEqual([204, 204, 204, 204, 204, 204]);
  const events = await t.sql("SELECT 1 FROM audit_events WHERE target_id = $1", [apiKey.id]);
  expect(events).toHaveLength(2);
});

test("limits a key after its creator loses permissions, and disables it while they are suspended", async () => {
  const creator = await t.user(acme, { roles: ["owner"] });
  const { secret } = await create({ permissions: ["roles:create"] }, t.as(creator));
  const createRole = () =>
    t
      .withKey(secret)
      .post(`/organizations/${acme.organizationId}/roles`, { name: `R ${Math.random()}`, permissions: [] });
  expect((await createRole()).statusCode).toBe(201);
  const path = `/organizations/${acme.organizationId}/users/${creator.userId}`;
  const ifMatch = async () => ({ "if-match": String((await asOwner.get(path)).headers["etag"]) });
  await asOwner.patch(path, { roleIds: [acme.roles.viewer] }, await ifMatch());
  expect((await createRole()).json()).toMatchObject({ status: 403, code: "forbidden/permission" });
  await asOwner.patch(path, { roleIds: [acme.roles.owner] }, await ifMatch());
  expect((await createRole()).statusCode).toBe(201);
  await asOwner.patch(path, { status: "suspended" }, await ifMatch());
  expect((await createRole()).statusCode).toBe(403);
});

test.each([
  [
    "more permissions than the actor has",
    { permissions: ["api-keys:create", "organization:edit"] },
    403,
    "forbidden/grant-ceiling",
  ],
  ["an unknown permission", { permissions: ["users:fly"] }, 422, "permissions/unknown"],
  ["no permission", { permissions: [] }, 422, "request/invalid"],
  ["an end in the past", { expiresAt: "2026-03-02T08:59:59Z" }, 422, "api-keys/expiry"],
  ["a name of two lines", { name: "a\nb" }, 422, "request/invalid"],
])("rejects %s and creates nothing", async (_, overrides, status, code) => {
  const admin = t.as(await t.user(acme, { roles: ["app-admin"] }));
  await admin.get("/me");
  const before = await readDatabaseState(t);
  expect((await admin.post(keys, { ...draft, ...overrides })).json()).toMatchObject({ status, code });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("allows a key to list keys, but not to create or revoke them", async () => {
  const { key, apiKeyId } = await t.apiKey(acme);
  const before = await readDatabaseState(t);
  const client = t.withKey(key);
  const expected = { status: 403, code: "api-keys/by-key" };
  expect((await client.post(keys, draft)).json()).toMatchObject(expected);
  expect((await client.delete(`${keys}/${apiKeyId}`)).json()).toMatchObject(expected);
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await client.get(keys)).statusCode).toBe(200);
});

test("returns not found for a key of another organization", async () => {
  const { apiKeyId } = await t.apiKey(await t.organization());
  const before = await readDatabaseState(t);
  const foreign = await asOwner.delete(`${keys}/${apiKeyId}`);
  const unknown = await asOwner.delete(`${keys}/01912345-6789-7abc-8def-0123456789ab`);
  expect(foreign.json()).toMatchObject({ status: 404, code: "not-found" });
  expect({ ...foreign.json(), requestId: "" }).toEqual({ ...unknown.json(), requestId: "" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("lists keys by status and page, newest first", async () => {
  const { organizationId, owner } = await t.organization();
  const [list, client] = [`/organizations/${organizationId}/api-keys`, t.as(owner)];
  const ids: string[] = [];
  for (const name of ["One", "Two", "Three"])
    ids.unshift((await client.post(list, { ...draft, name })).json<CreatedKey>().apiKey.id);
  await client.delete(`${list}/${ids[0]}`);
  const inASecond = new Date(t.clock.now().getTime() + 1_000).toISOString();
  await client.post(list, { ...draft, expiresAt: inASecond });
  t.clock.advance(1_000);
  const page = (await client.get(`${list}?limit=3`)).json();
  expect(page).toMatchObject({
    items: [{ status: "expired" }, { status: "revoked" }, { status: "active" }],
    total: { count: 4, exact: true },
  });
  const rest = (await client.get(`${list}?limit=3&cursor=${page.nextCursor}`)).json();
  expect(rest).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
  expect((await client.get(`${list}?status=active`)).json()).toMatchObject({
    items: [{ id: ids[1] }, { id: ids[2] }],
    total: { count: 2 },
  });
});
