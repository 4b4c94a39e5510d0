import type { UserSession } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestUser } from "../../../test/factories.ts";

let t: TestApp;
let ada: TestUser;
let other: TestUser;
let [laptop, phone, tablet]: ApiClient[] = [];

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set("2026-03-02T09:00:00.000Z");
  const acme = await t.organization();
  [ada, other] = [await t.user(acme, { roles: [] }), await t.user(acme, { roles: [] })];
  [laptop, phone, tablet] = [t.as(ada), t.as(ada), t.as(ada)];
  for (const client of [laptop, phone, tablet]) {
    await client.get("/me");
    t.clock.advance(1_000);
  }
});

async function list(as: ApiClient | undefined): Promise<readonly UserSession[]> {
  return (await as?.get("/me/sessions"))?.json<{ items: UserSession[] }>().items ?? [];
}

test("lists the sessions of the account, latest first, with the current one marked, without a permission", async () => {
  expect(await list(laptop)).toMatchObject([
    { current: false, createdAt: "2026-03-02T09:00:02.000Z" },
    { current: false, createdAt: "2026-03-02T09:00:01.000Z", ip: "127.0.0.1", userAgent: "test" },
    { current: true, createdAt: "2026-03-02T09:00:00.000Z" },
  ]);
  expect(await list(t.as(other))).toHaveLength(1);
});

test("ends one session, keeps the others, and records it", async () => {
  const [, ended] = await list(laptop);
  const response = await laptop?.delete(`/me/sessions/${ended?.id}`);
  expect(response?.statusCode).toBe(204);
  expect(response?.headers["set-cookie"]).toBeUndefined();
  expect((await phone?.get("/me"))?.statusCode).toBe(401);
  expect((await tablet?.get("/me"))?.statusCode).toBe(200);
  const events = await t.sql(
    "SELECT actor_id, target_id, changes FROM audit_events WHERE action = 'sessions.ended' AND actor_id = $1",
    [ada.userId],
  );
  const changes = [{ field: "sessions", before: 1, after: 0 }];
  expect(events).toEqual([{ actor_id: ada.userId, target_id: ended?.id, changes }]);
});

test("ends all sessions except the current one", async () => {
  expect((await phone?.delete("/me/sessions"))?.statusCode).toBe(204);
  const statuses = await Promise.all([laptop, phone, tablet].map((client) => client?.get("/me")));
  expect(statuses.map((response) => response?.statusCode)).toEqual([401, 200, 401]);
});

test("records nothing if there is no other session", async () => {
  await laptop?.delete("/me/sessions");
  const before = await readDatabaseState(t);
  expect((await laptop?.delete("/me/sessions"))?.statusCode).toBe(204);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("clears the cookie when the current session is ended", async () => {
  const own = (await list(laptop)).find(({ current }) => current);
  const response = await laptop?.delete(`/me/sessions/${own?.id}`);
  expect(response?.headers["set-cookie"]).toMatch(/^gatehouse=;/);
  expect((await laptop?.get("/me"))?.statusCode).toBe(401);
});

test("returns not found for a session of another account", async () => {
  const [theirs] = await list(t.as(other));
  const before = await readDatabaseState(t);
  const foreign = await laptop?.delete(`/me/sessions/${theirs?.id}`);
  const unknown = await laptop?.delete("/me/sessions/01912345-6789-7abc-8def-0123456789ab");
  expect(foreign?.json()).toMatchObject({ status: 404, code: "not-found" });
  expect({ ...foreign?.json(), requestId: "" }).toEqual({ ...unknown?.json(), requestId: "" });
  expect(await readDatabaseState(t)).toEqual(before);
});
