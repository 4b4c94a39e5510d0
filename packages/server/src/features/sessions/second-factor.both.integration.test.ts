import { expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createSignInTest } from "../../../test/create-sign-in-test.ts";
import { type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { inviteAndGetToken } from "../../../test/invitations.ts";
import { requestReset } from "../../../test/recovery-links.ts";
import {
  type Authenticator,
  addAuthenticator,
  addRecoveryCodes,
  enterFactor,
  factoryPassword,
  openChallenge,
  readCookies,
} from "../../../test/second-factors.ts";

const minute = 60_000;
let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let app: Authenticator;

createSignInTest(async (test) => {
  ({ t, acme, ada } = test);
  app = await addAuthenticator(t, ada);
});

const me = (cookie: string): Promise<ApiResponse> => t.anonymous.get("/me", { cookie });
const readSessions = () =>
  t.sql("SELECT method, two_factor FROM sessions WHERE account_id = $1 ORDER BY created_at", [ada.accountId]);
const wrong = () => (app.code() === "000000" ? "111111" : "000000");

test("the right password opens a challenge and no session", async () => {
  const { response, cookie } = await openChallenge(t, ada);
  expect(response.json()).toEqual({
    challenge: {
      methods: ["totp"],
      expiresAt: new Date(t.clock.now().getTime() + 10 * minute).toISOString(),
    },
  });
  expect(response.headers["set-cookie"]).toMatch(
    /^gatehouse-challenge=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/,
  );
  expect(await readSessions()).toEqual([]);
  const token = cookie.split("=")[1] ?? "";
  for (const stolen of [cookie, `gatehouse=${token}`]) expect((await me(stolen)).statusCode).toBe(401);
  const rows = await t.sql("SELECT to_jsonb(c)::text AS row FROM sign_in_challenges c");
  expect(JSON.stringify(rows)).not.toContain(token);
});

test("a wrong password looks like that of any other account", async () => {
  const other = await t.user(acme);
  const { requestId: _, ...answer } = (
    await t.anonymous.post("/sessions", { email: ada.email, password: "wrong horse battery staple" })
  ).json<Record<string, unknown>>();
  const { requestId: __, ...usual } = (
    await t.anonymous.post("/sessions", { email: other.email, password: "wrong horse battery staple" })
  ).json<Record<string, unknown>>();
  expect(answer).toEqual(usual);
});

test("the code opens a session with two factors, once", async () => {
  const { cookie } = await openChallenge(t, ada);
  const response = await enterFactor(t, cookie, { code: app.code() });
  expect(response.statusCode).toBe(201);
  expect(response.json()).toMatchObject({ user: { email: ada.email }, organizations: [{ name: "Acme" }] });
  expect(String(response.headers["set-cookie"])).toContain("gatehouse-challenge=; Max-Age=0");
  expect((await me(readCookies(response))).statusCode).toBe(200);
  expect(await readSessions()).toEqual([{ method: "totp", two_factor: true }]);
  const again = await enterFactor(t, cookie, { code: app.code(1) });
  expect(again.json()).toMatchObject({ status: 401, code: "auth/challenge-ended" });
});

test("a code works once, and those of earlier steps don't work after it", async () => {
  expect((await enterFactor(t, (await openChallenge(t, ada)).cookie, { code: app.code() })).statusCode).toBe(
    201,
  );
  const { cookie } = await openChallenge(t, ada);
  for (const step of [0, -1])
    expect((await enterFactor(t, cookie, { code: app.code(step) })).json()).toMatchObject({
      status: 401,
      code: "auth/wrong-code",
    });
  expect((await enterFactor(t, cookie, { code: app.code(1) })).statusCode).toBe(201);
});

test("a recovery code is read however it is typed, and its use is told by email and recorded", async () => {
  const [first = ""] = await addRecoveryCodes(t, ada);
  const { response, cookie } = await openChallenge(t, ada);
  expect(response.json()).toMatchObject({ challenge: { methods: ["totp", "recovery-code"] } });
  const typed = ` ${first.replace("-", " ").toUpperCase()} `;
  expect((await enterFactor(t, cookie, { recoveryCode: typed })).statusCode).toBe(201);
  await t.drainOutbox();
  const mail = t.mailbox.messages.filter(({ to }) => to === ada.email).at(-1);
  expect(mail?.subject).toBe("A recovery code of your Gatehouse account was used");
  expect(mail?.text).toContain("9 are left");
  const events = await t.sql(
    "SELECT action, changes FROM audit_events WHERE organization_id = $1 AND actor_id = $2 ORDER BY sequence DESC LIMIT 2",
    [acme.organizationId, ada.userId],
  );
  expect(events).toEqual([
    { action: "accounts.recovery-code-used", changes: [{ field: "recoveryCodes", before: 10, after: 9 }] },
    { action: "sessions.signed-in", changes: [] },
  ]);
  const stored = await t.sql("SELECT to_jsonb(c)::text AS row FROM account_recovery_codes c");
  expect(JSON.stringify(stored)).not.toContain(first);
});

test("the fifth wrong code ends the challenge", async () => {
  const { cookie } = await openChallenge(t, ada);
  const answers: unknown[] = [];
  for (let tries = 0; tries < 5; tries += 1)
    answers.push((await enterFactor(t, cookie, { code: wrong() })).json());
  expect(answers).toMatchObject([
    { code: "auth/wrong-code", params: { triesLeft: 4 } },
    { code: "auth/wrong-code", params: { triesLeft: 3 } },
    { code: "auth/wrong-code", params: { triesLeft: 2 } },
    { code: "auth/wrong-code", params: { triesLeft: 1 } },
    { code: "auth/challenge-ended" },
  ]);
  const right = await enterFactor(t, cookie, { code: app.code() });
  expect(right.json()).toMatchObject({ status: 401, code: "auth/challenge-ended" });
  expect(await readSessions()).toEqual([]);
});

const endings: Readonly<Record<string, (cookie: string) => Promise<unknown>>> = {
  "after ten minutes": async () => t.clock.advance(10 * minute),
  "when the same browser signs in again": (cookie) => openChallenge(t, ada, { cookie }),
  "when the password changes": async () => {
    const answer = await t.as(ada).post("/me/password", {
      currentPassword: factoryPassword,
      newPassword: "seven green copper gates",
    });
    expect(answer.statusCode).toBe(204);
  },
  "when the password is reset": async () => {
    const token = await requestReset(t, ada.email);
    const body = { token, password: "seven green copper gates" };
    expect((await t.anonymous.post("/password-resets/complete", body)).statusCode).toBe(204);
  },
  "when the person signs out everywhere": () => t.as(ada).delete("/sessions"),
  "when the user is suspended": () => setStatus("suspended"),
  "when the user is removed": async () => {
    const path = `/organizations/${acme.organizationId}/users/${ada.userId}`;
    const owner = t.as(acme.owner);
    const headers = { "if-match": String((await owner.get(path)).headers["etag"]) };
    expect((await owner.delete(path, headers)).statusCode).toBe(204);
  },
};

async function setStatus(status: string): Promise<void> {
  const path = `/organizations/${acme.organizationId}/users/${ada.userId}`;
  const owner = t.as(acme.owner);
  const headers = { "if-match": String((await owner.get(path)).headers["etag"]) };
  expect((await owner.patch(path, { status }, headers)).statusCode).toBe(200);
}

test.each(Object.entries(endings))("a challenge ends %s", async (_, end) => {
  const { cookie } = await openChallenge(t, ada);
  await end(cookie);
  const response = await enterFactor(t, cookie, { code: app.code() });
  expect(response.json()).toMatchObject({ status: 401, code: "auth/challenge-ended" });
});

test("sign-ins of an attacker who knows the password don't end the user's challenge", async () => {
  const { cookie } = await openChallenge(t, ada);
  await openChallenge(t, ada);
  expect((await enterFactor(t, cookie, { code: app.code() })).statusCode).toBe(201);
});

test("an attacker who knows the password runs out of attempts, and a known device doesn't", async () => {
  const known = await enterFactor(t, (await openChallenge(t, ada)).cookie, { code: app.code(-1) });
  const device = readCookies(known)
    .split("; ")
    .find((cookie) => cookie.startsWith("gatehouse-device="));
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [ada.accountId]);
  const statuses: number[] = [];
  for (let tries = 0; tries < 12; tries += 1) {
    if (tries % 4 === 0) ada = { ...ada, name: (await openChallenge(t, ada)).cookie };
    statuses.push((await enterFactor(t, ada.name, { code: wrong() })).statusCode);
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const before = await readDatabaseState(t);
  const refused = await enterFactor(t, ada.name, { code: app.code() });
  expect(refused.json()).toMatchObject({ code: "throttled" });
  expect(await readDatabaseState(t)).toEqual(before);
  const { cookie } = await openChallenge(t, ada);
  expect((await enterFactor(t, `${cookie}; ${device}`, { code: app.code() })).statusCode).toBe(201);
});

test("without a challenge nothing is verified", async () => {
  const before = await readDatabaseState(t);
  for (const cookie of ["", "gatehouse-challenge=nothing", `gatehouse-challenge=${await t.session(ada)}`]) {
    const response = await t.anonymous.post("/sessions/second-factor", { code: app.code() }, { cookie });
    expect(response.json()).toMatchObject({ status: 401, code: "auth/challenge-ended" });
  }
  expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual({ ...before, sessions: null });
});

test("a request without our origin is refused", async () => {
  const { cookie } = await openChallenge(t, ada);
  const response = await t.anonymous.post(
    "/sessions/second-factor",
    { code: app.code() },
    { cookie, origin: "https://evil.example.test" },
  );
  expect(response.json()).toMatchObject({ status: 403, code: "forbidden/origin" });
});

test("the session until now ends only when the second factor is passed", async () => {
  const other = await t.user(acme, { roles: ["viewer"] });
  const before = `gatehouse=${await t.session(other)}`;
  const { cookie } = await openChallenge(t, ada, { cookie: before });
  expect((await me(before)).statusCode).toBe(200);
  const response = await enterFactor(t, `${before}; ${cookie}`, { code: app.code() });
  expect(response.statusCode).toBe(201);
  expect((await me(before)).statusCode).toBe(401);
});

test("an unconfirmed authenticator app counts for nothing", async () => {
  const other = await t.user(acme, { roles: ["viewer"] });
  await addAuthenticator(t, other);
  await t.sql("UPDATE account_totp SET enabled_at = NULL WHERE account_id = $1", [other.accountId]);
  const response = await t.anonymous.post("/sessions", { email: other.email, password: factoryPassword });
  expect(response.statusCode).toBe(201);
});

test("a reset leaves the second factor as it is", async () => {
  const token = await requestReset(t, ada.email);
  const password = "seven green copper gates";
  expect((await t.anonymous.post("/password-resets/complete", { token, password })).statusCode).toBe(204);
  const response = await t.anonymous.post("/sessions", { email: ada.email, password });
  expect(response.json()).toMatchObject({ challenge: { methods: ["totp"] } });
  expect(await readSessions()).toEqual([]);
});

test("joining another organization keeps the session as it was, and can't go round the second factor", async () => {
  const elsewhere = await t.organization("Elsewhere");
  const token = await inviteAndGetToken(t, elsewhere, ada.email);
  const { cookie } = await openChallenge(t, ada);
  const pending = await t.anonymous.post("/invitations/accept", { token }, { cookie });
  expect(pending.json()).toMatchObject({ status: 409, code: "invitations/sign-in-first" });
  const session = readCookies(await enterFactor(t, cookie, { code: app.code() }));
  const joined = await t.anonymous.post(
    "/invitations/accept",
    { token },
    { cookie: session, origin: testOrigin },
  );
  expect(joined.statusCode).toBe(201);
  expect(await readSessions()).toEqual([{ method: "totp", two_factor: true }]);
});

test("a suspended person learns so only after the second factor", async () => {
  await t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [ada.userId]);
  const { cookie } = await openChallenge(t, ada);
  const response = await enterFactor(t, cookie, { code: app.code() });
  expect(response.json()).toMatchObject({ status: 403, code: "sessions/suspended" });
});
