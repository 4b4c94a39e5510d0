import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { findAuthority } from "../../auth/authority.ts";
import { hashToken } from "../../ports/secrets.ts";
import { createApiKey } from "./index.ts";

let t: TestApp;
let acme: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(() => t.close());

const here = () => `/organizations/${acme.organizationId}`;
const users = () => `${here()}/users`;

test("creates a key with its creator's permissions and stores only its hash", async () => {
  const { organizationId, owner } = acme;
  const origin = { ip: null, userAgent: null, requestId: "test" };
  const actor = { type: "system", id: null, name: "Test", organizationId, origin } as const;
  const overrides = { name: "Deploy", permissions: null, createdBy: owner.userId, expiresAt: null };
  const { stored, text } = await t.db.tenant(organizationId, (tx) =>
    createApiKey(t.deps, tx, actor, overrides),
  );
  const { id } = stored;
  expect(text).toMatch(/^ghk_[0-9a-f]{32}_[\w-]{43}$/);
  const [row] = await t.sql(
    "SELECT secret_hash, to_jsonb(k)::text AS row FROM api_keys k WHERE api_key_id = $1",
    [id],
  );
  expect(row?.["secret_hash"]).toBe(hashToken(text));
  expect(row?.["row"]).not.toContain(text.slice(-43));
  const role = { name: "By key", permissions: ["campaigns:view"] };
  expect((await t.withKey(text).post(`${here()}/roles`, role)).statusCode).toBe(201);
  const [event] = await t.sql(
    "SELECT actor_type, actor_id, actor_name FROM audit_events ORDER BY sequence DESC LIMIT 1",
  );
  expect(event).toEqual({ actor_type: "api-key", actor_id: id, actor_name: "Deploy" });
});

test("limits a key to its creator's current permissions, and disables it when the creator is removed or suspended", async () => {
  const creator = await t.user(acme, { roles: ["owner"] });
  const { key, apiKeyId } = await t.apiKey(acme, { createdBy: creator });
  const client = t.withKey(key);
  const createRole = () => client.post(`${here()}/roles`, { name: `R${Math.random()}`, permissions: [] });
  expect((await createRole()).statusCode).toBe(201);

  await t.sql("DELETE FROM user_roles WHERE user_id = $1", [creator.userId]);
  await t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at)
     VALUES ($1, $2, $3, 'system', 'Test', now())`,
    [acme.organizationId, creator.userId, acme.roles.viewer],
  );
  const before = await readDatabaseState(t);
  expect((await createRole()).json()).toMatchObject({ status: 403, code: "forbidden/permission" });
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await client.get(users())).statusCode).toBe(200);

  await t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [creator.userId]);
  expect((await client.get(users())).statusCode).toBe(403);
  await t.sql("UPDATE users SET status = 'active' WHERE user_id = $1", [creator.userId]);
  expect((await client.get(users())).statusCode).toBe(200);
  await t.sql("DELETE FROM users WHERE user_id = $1", [creator.userId]);
  expect((await client.get(users())).statusCode).toBe(403);

  const principal = { type: "api-key", id: apiKeyId } as const;
  const { organizationId } = acme;
  const rights = await t.db.tenant(organizationId, (tx) =>
    findAuthority(tx, organizationId, principal, t.clock.now()),
  );
  expect(rights).toBeNull();
});

test("limits a key to its own permissions, even if its creator has more", async () => {
  const { key } = await t.apiKey(acme, { permissions: ["users:view"] });
  const before = await readDatabaseState(t);
  expect((await t.withKey(key).get(users())).statusCode).toBe(200);
  expect((await t.withKey(key).get(`${here()}/roles`)).statusCode).toBe(403);
  const response = await t.withKey(key).post(`${here()}/roles`, { name: "R", permissions: [] });
  expect(response.json()).toMatchObject({
    code: "forbidden/permission",
    params: { permission: "roles:create" },
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("grants a key no permission that its creator lacks", async () => {
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const { key } = await t.apiKey(acme, { createdBy: viewer, permissions: ["roles:create", "users:view"] });
  expect((await t.withKey(key).get(users())).statusCode).toBe(200);
  expect((await t.withKey(key).post(`${here()}/roles`, { name: "R", permissions: [] })).statusCode).toBe(403);
});

test("doesn't allow a key to change its creator's roles", async () => {
  const { key } = await t.apiKey(acme);
  const path = `${users()}/${acme.owner.userId}`;
  const etag = String((await t.withKey(key).get(path)).headers["etag"]);
  const before = await readDatabaseState(t);
  const response = await t.withKey(key).patch(path, { roleIds: [acme.roles.viewer] }, { "if-match": etag });
  expect(response.json()).toMatchObject({ status: 403, code: "forbidden/own-roles" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each([
  ["revoked", { revokedAt: new Date("2026-03-02T08:59:59Z") }, "auth/revoked-key"],
  ["expired", { expiresAt: new Date("2026-03-02T09:00:00Z") }, "auth/expired-key"],
])("rejects a key that is %s, with the reason", async (_, overrides, code) => {
  const { key } = await t.apiKey(acme, overrides);
  expect((await t.withKey(key).get(users())).json()).toMatchObject({ status: 401, code });
});

test("accepts a key until the millisecond of its expiry", async () => {
  const { key } = await t.apiKey(acme, { expiresAt: new Date(t.clock.now().getTime() + 1) });
  expect((await t.withKey(key).get(users())).statusCode).toBe(200);
  t.clock.advance(1);
  expect((await t.withKey(key).get(users())).statusCode).toBe(401);
});

test("returns the same error for every invalid API key", async () => {
  const { key } = await t.apiKey(acme);
  const other = (await t.organization()).organizationId.replaceAll("-", "");
  const wrong = [
    "",
    "ghk_",
    key.slice(0, -1),
    `${key}A`,
    key.toUpperCase(),
    key.replace(/_[0-9a-f]{32}_/, `_${other}_`),
    key.replace(/_[0-9a-f]{32}_/, `_${"0".repeat(32)}_`),
    hashToken(key),
  ];
  const responses = await Promise.all(wrong.map((text) => t.withKey(text).get(users())));
  for (const response of responses)
    expect(response.json()).toMatchObject({ status: 401, code: "auth/invalid-key" });
});

test("finds nothing with another organization's key", async () => {
  const { key } = await t.apiKey(await t.organization());
  const before = await readDatabaseState(t);
  expect((await t.withKey(key).get(users())).json()).toMatchObject({ status: 404, code: "not-found" });
  expect((await t.withKey(key).post(`${here()}/roles`, { name: "R", permissions: [] })).statusCode).toBe(404);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("updates a key's last use once a minute", async () => {
  const { key, apiKeyId } = await t.apiKey(acme);
  const usedAt = async () =>
    (await t.sql("SELECT last_used_at FROM api_keys WHERE api_key_id = $1", [apiKeyId]))[0]?.["last_used_at"];
  const first = t.clock.now();
  await t.withKey(key).get(users());
  t.clock.advance(59_999);
  await t.withKey(key).get(users());
  expect(await usedAt()).toEqual(first);
  t.clock.advance(1);
  await t.withKey(key).get(users());
  expect(await usedAt()).toEqual(t.clock.now());
});
