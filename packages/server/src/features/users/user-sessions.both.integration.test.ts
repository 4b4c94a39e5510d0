import type { AuditEvent, UserSession } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;
let target: TestUser;
let [laptop, phone, asAdmin]: ApiClient[] = [];
let sessions: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set("2026-03-02T09:00:00.000Z");
  organization = await t.organization();
  target = await t.user(organization, { name: "Ayşe Kaya", roles: ["viewer"] });
  [laptop, phone] = [t.as(target), t.as(target)];
  asAdmin = t.as(await t.user(organization, { roles: ["app-admin"] }));
  sessions = `/organizations/${organization.organizationId}/users/${target.userId}/sessions`;
  await asAdmin.get(sessions);
  await laptop.get(sessions);
  // Less than a minute, so the next request of the laptop doesn't update its last use.
  t.clock.advance(30_000);
  await phone.get(sessions);
});

async function list(as: ApiClient | undefined): Promise<readonly UserSession[]> {
  const response = await as?.get(sessions);
  return response?.json<{ items: UserSession[] }>().items ?? [];
}

test("lists the own sessions without a permission, latest first, with the current one marked", async () => {
  expect(await list(laptop)).toMatchObject([
    { current: false, createdAt: "2026-03-02T09:00:30.000Z", ip: "127.0.0.1", userAgent: "test" },
    { current: true, createdAt: "2026-03-02T09:00:00.000Z" },
  ]);
});

test("doesn't list expired or idle sessions", async () => {
  t.clock.advance(11 * 3_600_000);
  await laptop?.get(sessions);
  t.clock.advance(3_600_000);
  expect((await list(laptop)).map(({ createdAt }) => createdAt)).toEqual(["2026-03-02T09:00:00.000Z"]);
});

test("ends one session of a user, keeps the others, and records it", async () => {
  const [ended] = (await list(laptop)).filter(({ current }) => !current);
  const response = await asAdmin?.delete(`${sessions}/${ended?.id}`);
  expect(response?.statusCode).toBe(204);
  expect((await phone?.get(sessions))?.statusCode).toBe(401);
  expect((await laptop?.get(sessions))?.statusCode).toBe(200);
  const log = await t
    .as(organization.owner)
    .get(`/organizations/${organization.organizationId}/audit-events`);
  expect(log.json<{ items: AuditEvent[] }>().items[0]).toMatchObject({
    action: "sessions.ended",
    target: { type: "user", id: target.userId },
    changes: [{ field: "sessions", before: 1, after: 0 }],
  });
});

test("ends all sessions of a user", async () => {
  const response = await asAdmin?.delete(sessions);
  expect(response?.statusCode).toBe(204);
  expect(response?.headers["set-cookie"]).toBeUndefined();
  expect((await laptop?.get(sessions))?.statusCode).toBe(401);
  expect((await phone?.get(sessions))?.statusCode).toBe(401);
});

test("clears the cookie when the actor ends all own sessions", async () => {
  const response = await laptop?.delete(sessions);
  expect(response?.statusCode).toBe(204);
  expect(response?.headers["set-cookie"]).toMatch(/^gatehouse=;/);
  expect((await phone?.get(sessions))?.statusCode).toBe(401);
});

test("records nothing if a user has no sessions", async () => {
  const idle = await t.user(organization, { roles: ["viewer"] });
  const before = await readDatabaseState(t);
  const response = await asAdmin?.delete(sessions.replace(target.userId, idle.userId));
  expect(response?.statusCode).toBe(204);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("doesn't list or end sessions of another user without users:suspend", async () => {
  const asViewer = t.as(await t.user(organization, { roles: ["viewer"] }));
  await asViewer.get(sessions);
  const [session] = await list(laptop);
  const before = await readDatabaseState(t);
  const responses = await Promise.all([
    asViewer.get(sessions),
    asViewer.delete(sessions),
    asViewer.delete(`${sessions}/${session?.id}`),
  ]);
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("doesn't allow an admin to end an owner's sessions", async () => {
  const asOwner = t.as(organization.owner);
  const path = sessions.replace(target.userId, organization.owner.userId);
  await asOwner.get(path);
  const before = await readDatabaseState(t);
  const response = await asAdmin?.delete(path);
  expect(response?.json()).toMatchObject({ code: "forbidden/grant-ceiling" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("returns not found for a session of another user", async () => {
  const [session] = await list(laptop);
  const other = await t.user(organization, { roles: ["viewer"] });
  const before = await readDatabaseState(t);
  const path = sessions.replace(target.userId, other.userId);
  const foreign = await asAdmin?.delete(`${path}/${session?.id}`);
  const unknown = await asAdmin?.delete(`${path}/01912345-6789-7abc-8def-0123456789ab`);
  expect(foreign?.statusCode).toBe(404);
  expect({ ...foreign?.json(), requestId: "" }).toEqual({ ...unknown?.json(), requestId: "" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("lists sessions for a key with users:suspend, but not for another key of the same user", async () => {
  const [may, mayNot] = await Promise.all(
    [null, ["users:view"]].map((permissions) => t.apiKey(organization, { permissions })),
  );
  expect((await t.withKey(may?.key ?? "").get(sessions)).statusCode).toBe(200);
  const own = sessions.replace(target.userId, organization.owner.userId);
  expect((await t.withKey(mayNot?.key ?? "").get(own)).statusCode).toBe(403);
});

test("doesn't list an owner's sessions for an admin", async () => {
  const asOwner = t.as(organization.owner);
  const path = sessions.replace(target.userId, organization.owner.userId);
  expect((await asOwner.get(path)).statusCode).toBe(200);
  expect((await asAdmin?.get(path))?.json()).toMatchObject({ status: 403, code: "forbidden/grant-ceiling" });
});

test("lists and ends only sessions used in this organization for a user of several organizations", async () => {
  const elsewhere = await t.organization();
  const there = await t.user(elsewhere, { sameAccountAs: target, roles: ["viewer"] });
  const foreign = t.as(there);
  const abroad = `/organizations/${elsewhere.organizationId}/users/${there.userId}/sessions`;
  expect((await foreign.get(abroad)).statusCode).toBe(200);
  t.clock.advance(120_000);
  expect((await foreign.get(abroad)).statusCode).toBe(200);
  const [own] = (await foreign.get(abroad)).json<{ items: UserSession[] }>().items;
  expect(own).toMatchObject({ current: true });
  expect((await list(asAdmin)).map(({ lastSeenAt }) => lastSeenAt)).toEqual([
    "2026-03-02T09:00:30.000Z",
    "2026-03-02T09:00:00.000Z",
  ]);
  expect(await list(laptop)).toHaveLength(3);
  const before = await readDatabaseState(t);
  expect((await asAdmin?.delete(`${sessions}/${own?.id}`))?.statusCode).toBe(404);
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await asAdmin?.delete(sessions))?.statusCode).toBe(204);
  expect((await laptop?.get(sessions))?.statusCode).toBe(401);
  expect((await foreign.get(abroad)).statusCode).toBe(200);
});
