import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient, ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import {
  type Authenticator,
  addAuthenticator,
  addRecoveryCodes,
  createAuthenticator,
  enterFactor,
  factoryPassword,
  openChallenge,
} from "../../../test/second-factors.ts";

const minute = 60_000;
let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let me: ApiClient;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
});
afterAll(() => t.close());
beforeEach(async () => {
  ada = await t.user(acme, { roles: ["viewer"] });
  me = t.as(ada);
});

/** Starts the set-up of an app in the session of `me`. */
async function start(): Promise<Authenticator & { readonly secret: string; readonly uri: string }> {
  const response = await me.post("/me/totp");
  expect(response.statusCode).toBe(201);
  const { secret, uri } = response.json<{ secret: string; uri: string }>();
  return { ...createAuthenticator(t, secret), secret, uri };
}

const readSubjects = async (): Promise<readonly string[]> => {
  await t.drainOutbox();
  return t.mailbox.messages.filter(({ to }) => to === ada.email).map(({ subject }) => subject);
};
const readEvents = () =>
  t.sql(
    "SELECT action, changes FROM audit_events WHERE organization_id = $1 AND target_id = $2 ORDER BY sequence",
    [acme.organizationId, ada.accountId],
  );
const readFlags = async () => {
  const [row] = await t.sql(
    `SELECT a.two_factor AS account, u.two_factor AS user FROM accounts a JOIN users u ON u.account_id = a.account_id
     WHERE a.account_id = $1`,
    [ada.accountId],
  );
  return row;
};

test("sets up an app with a code, and returns ten recovery codes once", async () => {
  const other = t.as(ada);
  expect((await other.get("/me")).statusCode).toBe(200);
  const app = await start();
  expect(app.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(new URL(app.uri).searchParams.get("secret")).toBe(app.secret);
  expect(await readFlags()).toEqual({ account: false, user: false });
  const confirmed = await me.post("/me/totp/confirm", { code: app.code() });
  expect(confirmed.statusCode).toBe(200);
  const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
  expect(new Set(recoveryCodes).size).toBe(10);
  for (const code of recoveryCodes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
  expect(await readFlags()).toEqual({ account: true, user: true });

  // This session has passed the factor; the others end, because they haven't.
  expect((await other.get("/me")).statusCode).toBe(401);
  expect((await me.get("/me/security")).json()).toEqual({
    passwordChangedAt: t.clock.now().toISOString(),
    totp: { enabledAt: t.clock.now().toISOString() },
    passkeys: [],
    recoveryCodesLeft: 10,
  });
  expect((await me.post("/me/totp/confirm", { code: app.code(1) })).json()).toMatchObject({
    code: "second-factors/not-started",
  });
  expect(await readSubjects()).toEqual(["An authenticator app was added to your Gatehouse account"]);
  expect(await readEvents()).toEqual([
    { action: "accounts.totp-added", changes: [{ field: "sessions", before: 1, after: 0 }] },
  ]);
  const stored = await t.sql("SELECT secret FROM account_totp WHERE account_id = $1", [ada.accountId]);
  expect(JSON.stringify(stored)).not.toContain(app.secret);
});

test("the code that confirmed the app doesn't open a session, the next one does", async () => {
  const app = await start();
  await me.post("/me/totp/confirm", { code: app.code() });
  const { cookie } = await openChallenge(t, ada);
  expect((await enterFactor(t, cookie, { code: app.code() })).statusCode).toBe(401);
  expect((await enterFactor(t, cookie, { code: app.code(1) })).statusCode).toBe(201);
});

test("the first code that is sent five times at once confirms the app once", async () => {
  const app = await start();
  const results = await runConcurrently(5, () => me.post("/me/totp/confirm", { code: app.code() }));
  const statuses = results.map((result) => (result.status === "fulfilled" ? result.value.statusCode : 0));
  expect(statuses.sort()).toEqual([200, 409, 409, 409, 409]);
  expect(
    await t.sql("SELECT 1 FROM account_recovery_codes WHERE account_id = $1", [ada.accountId]),
  ).toHaveLength(10);
});

test("a wrong code, an old set-up and no set-up confirm nothing", async () => {
  const none = await me.post("/me/totp/confirm", { code: "123456" });
  expect(none.json()).toMatchObject({ status: 409, code: "second-factors/not-started" });
  const app = await start();
  const wrong = await me.post("/me/totp/confirm", { code: app.code(5) });
  expect(wrong.json()).toMatchObject({
    status: 422,
    code: "second-factors/wrong-code",
    errors: [{ path: "code" }],
  });
  t.clock.advance(61 * minute);
  const late = await me.post("/me/totp/confirm", { code: app.code() });
  expect(late.json()).toMatchObject({ code: "second-factors/not-started" });
  expect(await readFlags()).toEqual({ account: false, user: false });
});

test("a second start replaces an unconfirmed app", async () => {
  const first = await start();
  const second = await start();
  expect((await me.post("/me/totp/confirm", { code: first.code() })).statusCode).toBe(422);
  expect((await me.post("/me/totp/confirm", { code: second.code() })).statusCode).toBe(200);
});

test("another app replaces the present one with its first code, and not before", async () => {
  const old = await start();
  await me.post("/me/totp/confirm", { code: old.code() });
  t.clock.advance(minute);
  const next = await start();
  const enter = async (code: string) => enterFactor(t, (await openChallenge(t, ada)).cookie, { code });
  expect((await enter(next.code())).statusCode).toBe(401);
  expect((await enter(old.code())).statusCode).toBe(201);
  t.clock.advance(minute);
  expect((await me.post("/me/totp/confirm", { code: old.code() })).statusCode).toBe(422);
  const confirmed = await me.post("/me/totp/confirm", { code: next.code() });
  expect([confirmed.statusCode, confirmed.json()]).toEqual([200, {}]);
  expect((await me.get("/me/security")).json()).toMatchObject({
    totp: { enabledAt: t.clock.now().toISOString() },
    recoveryCodesLeft: 10,
  });
  t.clock.advance(minute);
  expect((await enter(old.code())).statusCode).toBe(401);
  expect((await enter(next.code())).statusCode).toBe(201);
  expect(await readSubjects()).toContain("The authenticator app of your Gatehouse account was replaced");
  expect(await readEvents()).toContainEqual({ action: "accounts.totp-replaced", changes: [] });
});

test("an app that was to replace the present one is forgotten with it, and after an hour", async () => {
  const old = await start();
  await me.post("/me/totp/confirm", { code: old.code() });
  const late = await start();
  t.clock.advance(61 * minute);
  expect((await me.post("/me/totp/confirm", { code: late.code() })).json()).toMatchObject({
    code: "second-factors/not-started",
  });
  await me.post("/sessions/current/step-up", { code: old.code() });
  const next = await start();
  expect((await me.delete("/me/totp")).statusCode).toBe(204);
  expect((await me.post("/me/totp/confirm", { code: next.code() })).json()).toMatchObject({
    code: "second-factors/not-started",
  });
});

const freshActs: Readonly<Record<string, () => Promise<ApiResponse>>> = {
  "POST /me/totp": () => me.post("/me/totp"),
  "DELETE /me/totp": () => me.delete("/me/totp"),
  "POST /me/recovery-codes": () => me.post("/me/recovery-codes"),
  "POST /me/email": () => me.post("/me/email", { email: "changed@example.test" }),
};

test.each(Object.entries(freshActs))("%s needs an authentication of the last ten minutes", async (_, act) => {
  await me.get("/me");
  t.clock.advance(10 * minute);
  const before = await readDatabaseState(t);
  expect((await act()).json()).toMatchObject({
    status: 403,
    code: "auth/step-up",
    params: { methods: ["password"] },
  });
  await addAuthenticator(t, ada);
  await addRecoveryCodes(t, ada);
  expect((await act()).json()).toMatchObject({ params: { methods: ["totp", "recovery-code"] } });
  await t.sql("DELETE FROM account_totp WHERE account_id = $1", [ada.accountId]);
  await t.sql("DELETE FROM account_recovery_codes WHERE account_id = $1", [ada.accountId]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a session that hasn't passed the second factor is never fresh", async () => {
  await addAuthenticator(t, ada);
  expect((await me.post("/me/recovery-codes")).json()).toMatchObject({ code: "auth/step-up" });
});

test("an account with a second factor steps up with it, not with the password", async () => {
  const app = await addAuthenticator(t, ada);
  const [code = ""] = await addRecoveryCodes(t, ada);
  const stepUp = (body: object) => me.post("/sessions/current/step-up", body);
  expect((await stepUp({ password: factoryPassword })).json()).toMatchObject({
    code: "auth/step-up",
    params: { methods: ["totp", "recovery-code"] },
  });
  expect((await stepUp({ code: app.code(5) })).json()).toMatchObject({
    status: 422,
    code: "second-factors/wrong-code",
  });
  expect((await stepUp({ code: app.code() })).statusCode).toBe(204);
  expect((await me.post("/me/recovery-codes")).statusCode).toBe(200);
  expect((await stepUp({ code: app.code() })).statusCode).toBe(422);
  expect((await stepUp({ recoveryCode: code })).statusCode).toBe(422); // replaced
  const [newer = ""] = await addRecoveryCodes(t, ada);
  t.clock.advance(10 * minute);
  expect((await stepUp({ recoveryCode: newer })).statusCode).toBe(204);
  expect((await stepUp({ recoveryCode: newer })).statusCode).toBe(422);
  expect((await readSubjects()).toSorted()).toEqual([
    "A recovery code of your Gatehouse account was used",
    "You have new recovery codes for Gatehouse",
  ]);
});

test("wrong codes of one session don't keep another from stepping up", async () => {
  const app = await addAuthenticator(t, ada);
  for (let tries = 0; tries < 10; tries += 1)
    await me.post("/sessions/current/step-up", { code: app.code(9) });
  const other = t.as(ada);
  expect((await other.post("/sessions/current/step-up", { code: app.code() })).statusCode).toBe(204);
});

test("an account without a second factor steps up with the password alone", async () => {
  const response = await me.post("/sessions/current/step-up", { code: "123456" });
  expect(response.json()).toMatchObject({ code: "auth/step-up", params: { methods: ["password"] } });
  expect((await me.post("/me/recovery-codes")).json()).toMatchObject({
    status: 409,
    code: "second-factors/none",
  });
});

test("removing the last factor removes the recovery codes, and ends sign-ins that wait for it", async () => {
  const app = await start();
  await me.post("/me/totp/confirm", { code: app.code() });
  const { cookie } = await openChallenge(t, ada);
  expect((await me.delete("/me/totp")).statusCode).toBe(204);
  expect(await readFlags()).toEqual({ account: false, user: false });
  expect(await t.sql("SELECT 1 FROM account_recovery_codes WHERE account_id = $1", [ada.accountId])).toEqual(
    [],
  );
  expect((await enterFactor(t, cookie, { code: app.code(1) })).json()).toMatchObject({
    code: "auth/challenge-ended",
  });
  const { statusCode } = await t.anonymous.post("/sessions", { email: ada.email, password: factoryPassword });
  expect(statusCode).toBe(201);
  expect(await readSubjects()).toContain("The authenticator app was removed from your Gatehouse account");
  expect((await me.delete("/me/totp")).statusCode).toBe(404);
});

test("another secret key makes a code wrong, and the server keeps working", async () => {
  const app = await addAuthenticator(t, ada);
  await t.sql("UPDATE account_totp SET secret = 'AAAA' || substr(secret, 5) WHERE account_id = $1", [
    ada.accountId,
  ]);
  const { cookie } = await openChallenge(t, ada);
  expect((await enterFactor(t, cookie, { code: app.code() })).json()).toMatchObject({
    code: "auth/wrong-code",
  });
});
