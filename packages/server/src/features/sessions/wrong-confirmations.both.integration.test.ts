/** What ends, and what makes stale, the authentication of a session. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { inviteAndGetToken } from "../../../test/invitations.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { type Authenticator, addAuthenticator, factoryPassword } from "../../../test/second-factors.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let me: ApiClient;
beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(() => t.close());
beforeEach(async () => {
  ada = await t.user(acme, { roles: ["viewer"] });
  me = t.as(ada);
});

const stepUp = (body: object) => me.post("/sessions/current/step-up", body);
const countSessions = async () =>
  (await t.sql("SELECT 1 FROM sessions WHERE account_id = $1", [ada.accountId])).length;

/** What is sent wrongly and rightly. */
const kinds: readonly [string, () => Promise<Authenticator | null>][] = [
  ["passwords", async () => null],
  ["codes", () => addAuthenticator(t, ada)],
];

test.each(kinds)(
  "the tenth wrong of %s in a row ends the session alone, however slowly they come",
  async (_, prepare) => {
    const app = await prepare();
    const other = t.as(ada);
    expect((await other.get("/me")).statusCode).toBe(200);
    const wrong = () => (app === null ? { password: "wrong horse battery staple" } : { code: app.code(9) });
    const right = () => (app === null ? { password: factoryPassword } : { code: app.code() });
    for (let tries = 0; tries < 9; tries += 1) expect((await stepUp(wrong())).statusCode).toBe(422);
    expect((await stepUp(right())).statusCode).toBe(204); // the count starts again
    for (let tries = 0; tries < 9; tries += 1) {
      t.clock.advance(10 * minute); // never throttled
      expect((await stepUp(wrong())).statusCode).toBe(422);
    }
    expect((await stepUp(wrong())).json()).toMatchObject({
      status: 401,
      code: "auth/required",
      detail: expect.stringContaining("Too many wrong tries"),
    });
    expect((await me.get("/me")).statusCode).toBe(401);
    expect((await other.get("/me")).statusCode).toBe(200);
    const events = await t.sql(
      "SELECT changes FROM audit_events WHERE actor_id = $1 AND action = 'sessions.ended'",
      [ada.userId],
    );
    expect(events).toEqual([{ changes: [{ field: "sessions", before: 1, after: 0 }] }]);
  },
);

test("twenty wrong codes at once end the session after ten", async () => {
  const app = await addAuthenticator(t, ada);
  expect((await me.get("/me")).statusCode).toBe(200);
  await runConcurrently(20, () => stepUp({ code: app.code(9) }));
  expect(await countSessions()).toBe(0);
  const failures = await t.sql("SELECT 1 FROM sign_ins WHERE account_id = $1 AND outcome = 'failure'", [
    ada.accountId,
  ]);
  expect(failures).toHaveLength(10);
});

test("a clock that was set back makes no authentication fresh for longer", async () => {
  const before = t.clock.now();
  await me.get("/me");
  expect((await stepUp({ password: factoryPassword })).statusCode).toBe(204);
  t.clock.advance(-30_000); // servers differ by seconds
  expect((await me.post("/me/totp")).statusCode).toBe(201);
  t.clock.advance(-day);
  expect((await me.post("/me/totp")).json()).toMatchObject({ status: 403, code: "auth/step-up" });
  expect((await stepUp({ password: factoryPassword })).statusCode).toBe(204);
  expect((await me.post("/me/totp")).statusCode).toBe(201);
  t.clock.set(before.toISOString());
});

test("a session that joins an organization keeps its age and its end, and the rules of that organization count at once", async () => {
  const strict = await t.organization();
  await t.sql("UPDATE organizations SET session_max_days = 1 WHERE organization_id = $1", [
    strict.organizationId,
  ]);
  await me.get("/me");
  const readTimes = () =>
    t.sql("SELECT created_at, expires_at FROM sessions WHERE account_id = $1", [ada.accountId]);
  const before = await readTimes();
  for (let hours = 0; hours < 48; hours += 6) {
    t.clock.advance(day / 4);
    await me.get("/me");
  }
  expect((await stepUp({ password: factoryPassword })).statusCode).toBe(204);
  const token = await inviteAndGetToken(t, strict, ada.email);
  const joined = await me.post("/invitations/accept", { token });
  expect(joined.statusCode).toBe(201);
  expect(await readTimes()).toEqual(before);
  const cookie = [joined.headers["set-cookie"]]
    .flat()
    .map((text) => String(text).split(";")[0])
    .join("; ");
  const answer = await t.anonymous.get(`/organizations/${strict.organizationId}/roles`, { cookie });
  expect(answer.json()).toMatchObject({
    status: 401,
    code: "auth/required",
    detail: `${strict.name} accepts only newer sessions. Sign in again.`,
  });
});
