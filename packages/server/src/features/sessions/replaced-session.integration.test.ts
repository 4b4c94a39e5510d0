/** A session that is replaced at the moment when the account's sessions end. */
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import type { TestUser } from "../../../test/factories.ts";
import { inviteAndGetToken } from "../../../test/invitations.ts";
import { factoryPassword } from "../../../test/second-factors.ts";

let t: TestApp;
let locker: pg.Client;
beforeAll(async () => {
  t = await createTestApp();
  const name = new URL(t.url ?? "").pathname.slice(1);
  locker = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  await locker.connect();
});
afterAll(async () => {
  await locker.end();
  await t.close();
});

/** Resolves when `count` statements wait for locks. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await vi.waitFor(async () => expect(await t.sql(waiting)).toHaveLength(count), { timeout: 9_000 });
}

const newPassword = "seven green copper gates";
const change = { currentPassword: factoryPassword, newPassword };

test.each<[string, (own: ApiClient, user: TestUser) => ReturnType<ApiClient["post"]>, number]>([
  ["a change of the password", (own) => own.post("/me/password", change), 1],
  ["the end of the other sessions", (own) => own.delete("/me/sessions"), 1],
  ["the end of all sessions", (own) => own.delete("/sessions"), 0],
  [
    "the end of the user's sessions",
    (own, { organizationId, userId }) =>
      own.delete(`/organizations/${organizationId}/users/${userId}/sessions`),
    0,
  ],
])("a session that joins another organization doesn't survive %s", async (_, end, left) => {
  const [acme, other] = [await t.organization(), await t.organization()];
  const ada = await t.user(acme);
  const stolen = { cookie: `gatehouse=${await t.session(ada)}`, origin: testOrigin };
  const own = t.as(ada);
  expect((await own.get("/me")).statusCode).toBe(200);
  const token = await inviteAndGetToken(t, other, ada.email);
  await locker.query("begin");
  await locker.query("LOCK TABLE unsealed_audit_events IN SHARE MODE"); // no event can be appended
  const joining = t.anonymous.post("/invitations/accept", { token }, stolen);
  await untilWaiting(1); // has replaced the session, and waits before the commit
  const ending = end(own, ada);
  await untilWaiting(2);
  await locker.query("rollback");
  expect((await joining).statusCode).toBe(201);
  expect((await ending).statusCode).toBe(204);
  expect(await t.sql("SELECT 1 FROM sessions WHERE account_id = $1", [ada.accountId])).toHaveLength(left);
});
