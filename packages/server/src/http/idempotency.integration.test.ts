import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";

let t: TestApp;
let acme: TestOrganization;
let owner: ApiClient;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  owner = t.as(acme.owner);
  await owner.get("/me");
});
afterAll(() => t.close());

const roles = () => `/organizations/${acme.organizationId}/roles`;
const createRole = (client: ApiClient, key: string, name: string, path = roles()) =>
  client.post(path, { name, permissions: ["campaigns:view"] }, { "idempotency-key": key });

const rolesNamed = async (name: string): Promise<number> =>
  (await t.sql("SELECT 1 FROM roles WHERE name = $1", [name])).length;

test("replays the response of a repeated request, and executes it once", async () => {
  const first = await createRole(owner, "a-1", "Once");
  const state = await readDatabaseState(t);
  const second = await createRole(owner, "a-1", "Once");
  expect(second.statusCode).toBe(201);
  expect(second.json()).toEqual(first.json());
  expect(second.headers["etag"]).toBe(first.headers["etag"]);
  expect(await readDatabaseState(t)).toEqual(state);
});

test("executes ten concurrent requests with one key once", async () => {
  const outcomes = await runConcurrently(10, () => createRole(owner, "ten", "Ten at once"));
  const responses = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  expect(responses.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 10 }, () => 201));
  expect(new Set(responses.map(({ body }) => body)).size).toBe(1);
  expect(await rolesNamed("Ten at once")).toBe(1);
  const events = await t.sql("SELECT 1 FROM audit_events WHERE target_name = 'Ten at once'");
  expect(events).toHaveLength(1);
});

test("rejects another request with the same key, and changes nothing", async () => {
  await createRole(owner, "b-1", "Mine");
  const before = await readDatabaseState(t);
  const response = await createRole(owner, "b-1", "Another");
  expect(response.json()).toMatchObject({ status: 422, code: "idempotency/reused" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("scopes keys by actor and organization", async () => {
  const other = await t.organization();
  const { key } = await t.apiKey(acme);
  const responses = [
    await createRole(owner, "c-1", "By the owner"),
    await createRole(t.withKey(key), "c-1", "By a key"),
    await createRole(t.as(other.owner), "c-1", "Elsewhere", `/organizations/${other.organizationId}/roles`),
  ];
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
});

test("doesn't store errors: the same key works once the cause is resolved", async () => {
  await createRole(owner, "d-1", "Taken");
  const refused = await createRole(owner, "d-2", "Taken");
  expect(refused.json()).toMatchObject({ status: 409, code: "roles/name-taken" });
  await t.sql("DELETE FROM roles WHERE name = 'Taken'");
  expect((await createRole(owner, "d-2", "Taken")).statusCode).toBe(201);
});

test("checks the permission again before it replays a response", async () => {
  const manager = await t.user(acme, { roles: ["owner"] });
  const client = t.as(manager);
  expect((await createRole(client, "e-1", "Seen once")).statusCode).toBe(201);
  await t.sql("DELETE FROM user_roles WHERE user_id = $1", [manager.userId]);
  expect((await createRole(client, "e-1", "Seen once")).statusCode).toBe(403);
});

test.each(["", "with space", "x".repeat(256)])("rejects the key %j", async (key) => {
  const before = await readDatabaseState(t);
  const response = await createRole(owner, key, "Never");
  expect(response.json()).toMatchObject({ status: 422, code: "request/invalid" });
  expect(await readDatabaseState(t)).toEqual(before);
});
