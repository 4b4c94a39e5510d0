import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
beforeEach(async () => {
  ada = await t.user(acme, { roles: ["viewer"] });
});
afterAll(() => t.close());

const users = () => `/organizations/${acme.organizationId}/users`;

async function seenAt(): Promise<unknown> {
  const [row] = await t.sql("SELECT last_seen_at FROM sessions WHERE account_id = $1", [ada.accountId]);
  return row?.["last_seen_at"];
}

async function activeAt(): Promise<unknown> {
  const [row] = await t.sql("SELECT last_active_at FROM users WHERE user_id = $1", [ada.userId]);
  return row?.["last_active_at"];
}

test("ends a session after twelve hours without use", async () => {
  const client = t.as(ada);
  expect((await client.get(users())).statusCode).toBe(200);
  t.clock.advance(12 * hour - 1000);
  expect((await client.get(users())).statusCode).toBe(200);
  t.clock.advance(12 * hour - 1000);
  expect((await client.get("/me")).statusCode).toBe(200);
  t.clock.advance(12 * hour);
  expect((await client.get("/me")).json()).toMatchObject({ code: "auth/required" });
  expect((await client.get(users())).statusCode).toBe(401);
});

test("ends a session after thirty days, even if it is used", async () => {
  const client = t.as(ada);
  await client.get("/me");
  for (let used = 6 * hour; used < 30 * day; used += 6 * hour) {
    t.clock.advance(6 * hour);
    expect((await client.get("/me")).statusCode).toBe(200);
  }
  t.clock.advance(6 * hour - 1000);
  expect((await client.get(users())).statusCode).toBe(200);
  t.clock.advance(1000);
  expect((await client.get(users())).statusCode).toBe(401);
  expect((await client.get("/me")).statusCode).toBe(401);
});

test("updates the last use of the session and the user once a minute", async () => {
  const client = t.as(ada);
  const start = t.clock.now();
  await client.get(users());
  expect([await seenAt(), await activeAt()]).toEqual([start, start]);
  t.clock.advance(minute - 1);
  await client.get(users());
  expect([await seenAt(), await activeAt()]).toEqual([start, start]);
  t.clock.advance(1);
  await client.get(users());
  expect([await seenAt(), await activeAt()]).toEqual([t.clock.now(), t.clock.now()]);
});

test("keeps two alternately used sessions of one account alive", async () => {
  const [desk, phone] = [t.as(ada), t.as(ada)];
  for (let turn = 0; turn < 30; turn += 1) {
    expect((await desk.get(users())).statusCode).toBe(200);
    t.clock.advance(minute - 1);
    expect((await phone.get(users())).statusCode).toBe(200);
    t.clock.advance(hour);
  }
});

test("ends every session of the account, but of no other account", async () => {
  const bob = t.as(await t.user(acme, { roles: ["viewer"] }));
  const [desk, phone] = [t.as(ada), t.as(ada)];
  await Promise.all([desk.get("/me"), phone.get("/me"), bob.get("/me")]);
  const response = await desk.delete("/sessions");
  expect(response.statusCode).toBe(204);
  expect(response.headers["set-cookie"]).toMatch(/^gatehouse=; /);
  const after = await Promise.all([desk.get("/me"), phone.get(users()), bob.get("/me")]);
  expect(after.map(({ statusCode }) => statusCode)).toEqual([401, 401, 200]);
  const [event] = await t.sql(
    "SELECT action, target_type, target_id FROM audit_events WHERE actor_id = $1 ORDER BY sequence DESC",
    [ada.userId],
  );
  expect(event).toEqual({ action: "sessions.ended", target_type: "session", target_id: null });
});

test("rejects the next request of a suspended user and names the organization", async () => {
  const client = t.as(ada);
  expect((await client.get(users())).statusCode).toBe(200);
  await t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [ada.userId]);
  const response = await client.get(users());
  expect(response.json()).toMatchObject({
    status: 401,
    code: "auth/suspended",
    params: { organization: acme.name },
  });
});

test("removes a role with the next request", async () => {
  const client = t.as(ada);
  expect((await client.get(users())).statusCode).toBe(200);
  await t.sql("DELETE FROM user_roles WHERE user_id = $1", [ada.userId]);
  expect((await client.get(users())).json()).toMatchObject({ code: "forbidden/permission" });
});

test("removes a role when it expires", async () => {
  const client = t.as(ada);
  const end = new Date(t.clock.now().getTime() + minute);
  await t.sql("UPDATE user_roles SET expires_at = $2 WHERE user_id = $1", [ada.userId, end.toISOString()]);
  expect((await client.get(users())).statusCode).toBe(200);
  t.clock.advance(minute);
  expect((await client.get(users())).statusCode).toBe(403);
});
