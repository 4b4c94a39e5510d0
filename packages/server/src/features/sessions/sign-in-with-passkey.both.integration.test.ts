import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createSignInTest } from "../../../test/create-sign-in-test.ts";
import { type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { type AddedPasskey, addPasskey, getOptions, signInWith } from "../../../test/passkeys.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { enterFactor, openChallenge, readCookies } from "../../../test/second-factors.ts";
import type { Deviation } from "../../../test/software-authenticator.ts";

const minute = 60_000;
let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let passkey: AddedPasskey;

createSignInTest(async (test) => {
  ({ t, acme, ada } = test);
  passkey = await addPasskey(t.as(ada));
  await t.sql("DELETE FROM sessions");
});

const readSessions = () =>
  t.sql("SELECT method, two_factor FROM sessions WHERE account_id = $1 ORDER BY created_at", [ada.accountId]);
const readPasskey = async () =>
  (
    await t.sql(
      "SELECT sign_count::integer AS count, last_used_at AS used FROM account_passkeys WHERE passkey_id = $1",
      [passkey.passkeyId],
    )
  )[0];
const me = (cookie: string) => t.anonymous.get("/me", { cookie });

test("signs in with the passkey alone, as with two factors", async () => {
  const before = await readDatabaseState(t);
  const options = await getOptions(t);
  expect(options).toEqual({
    rpId: "localhost",
    challenge: expect.stringMatching(/^[\w-]{80,}$/),
    timeout: 5 * minute,
    allowCredentials: [],
    userVerification: "required",
  });
  expect(await readDatabaseState(t)).toEqual(before);
  const response = await signInWith(t, passkey.use(options));
  expect(response.statusCode).toBe(201);
  expect(response.json().user).toMatchObject({ id: ada.accountId, email: ada.email });
  expect(await readSessions()).toEqual([{ method: "passkey", two_factor: true }]);
  expect(await readPasskey()).toEqual({ count: 0, used: t.clock.now() });
  const cookie = readCookies(response);
  expect((await me(cookie)).statusCode).toBe(200);
  // Fresh enough to add another one.
  const fresh = await t.anonymous.post("/me/passkeys/options", undefined, { cookie, origin: testOrigin });
  expect(fresh.statusCode).toBe(200);
  const events = await t.sql("SELECT action FROM audit_events WHERE actor_id = $1 ORDER BY sequence", [
    ada.userId,
  ]);
  expect(events.at(-1)).toEqual({ action: "sessions.signed-in" });
});

const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

test.for<[string, Deviation]>([
  ["another origin", { origin: "https://gatehouse.example" }],
  ["another relying party", { rpId: "gatehouse.example" }],
  ["a frame of another site", { crossOrigin: true }],
  ["the type of a registration", { type: "webauthn.create" }],
  ["another key", { key: otherKey }],
  ["nobody present", { isUserPresent: false }],
  ["no verification of the person", { isUserVerified: false }],
  ["the handle of another account", { userHandle: "AAAA" }],
  ["a challenge of its own", { challenge: "bm90IG91cnM" }],
])("refuses a passkey with %s: the same error, nothing changed", async ([, deviation]) => {
  const options = await getOptions(t);
  const before = await readDatabaseState(t);
  const response = await signInWith(t, passkey.use(options, deviation));
  expect([response.statusCode, response.json().code]).toEqual([401, "auth/wrong-passkey"]);
  expect(response.headers["set-cookie"]).toBeUndefined();
  expect(await readDatabaseState(t)).toEqual(before);
  const unknown = await signInWith(t, { ...passkey.use(options), id: "AAAA", rawId: "AAAA" });
  expect({ ...response.json(), requestId: "" }).toEqual({ ...unknown.json(), requestId: "" });
});

test("a passkey that nobody has is counted like one that is stored: alone, in its network, and for the network", async () => {
  const unknown = await signInWith(t, { ...passkey.use(await getOptions(t)), id: "AAAA", rawId: "AAAA" });
  expect(unknown.json()).toMatchObject({ code: "auth/wrong-passkey" });
  // Not the minute in which a failure is recorded once, after its response; here of an earlier test.
  const inTwoMinutes = new Date(t.clock.now().getTime() + 2 * minute);
  expect(await t.sql("SELECT failures FROM throttles WHERE expires_at > $1", [inTwoMinutes])).toEqual([
    { failures: 1 },
    { failures: 1 },
    { failures: 1 },
  ]);
});

test("accepts a challenge once, of several requests at the same time and afterwards", async () => {
  const options = await getOptions(t);
  const results = await runConcurrently(5, () => signInWith(t, passkey.use(options)));
  const statuses = results.map((result) => (result.status === "fulfilled" ? result.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([201, 401, 401, 401, 401]);
  expect(await readSessions()).toHaveLength(1);
  const before = await readDatabaseState(t);
  expect((await signInWith(t, passkey.use(options))).statusCode).toBe(401);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("refuses a challenge after five minutes, and one for another purpose", async () => {
  const expired = await getOptions(t);
  t.clock.advance(5 * minute);
  const session = `gatehouse=${await t.session(ada)}`;
  const { cookie } = await openChallenge(t, ada);
  const [stepUp, secondFactor] = [await getOptions(t, session), await getOptions(t, cookie)];
  const before = await readDatabaseState(t);
  for (const options of [expired, stepUp, secondFactor])
    expect((await signInWith(t, passkey.use(options), { cookie: session })).statusCode).toBe(401);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("refuses a counter that doesn't rise: the passkey was copied", async () => {
  const use = async (signCount: number) => signInWith(t, passkey.use(await getOptions(t), { signCount }));
  expect((await use(5)).statusCode).toBe(201);
  expect(await readPasskey()).toMatchObject({ count: 5 });
  const before = await readDatabaseState(t);
  for (const signCount of [5, 4, 0]) expect((await use(signCount)).statusCode).toBe(401);
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await use(6)).statusCode).toBe(201);
});

test("of two uses with the same counter at the same time one succeeds", async () => {
  const [first, second] = [await getOptions(t), await getOptions(t)];
  const uses = [first, second].map((options) => passkey.use(options, { signCount: 7 }));
  const results = await runConcurrently(2, (index) => signInWith(t, uses[index] as (typeof uses)[0]));
  const statuses = results.map((result) => (result.status === "fulfilled" ? result.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([201, 401]);
});

test("refuses a removed passkey, and the account of a user who is suspended everywhere", async () => {
  await t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [ada.userId]);
  const suspended = await signInWith(t, passkey.use(await getOptions(t)));
  expect([suspended.statusCode, suspended.json().code]).toEqual([403, "sessions/suspended"]);
  expect(await readSessions()).toEqual([]);
  await t.sql("UPDATE users SET status = 'active' WHERE user_id = $1", [ada.userId]);
  const options = await getOptions(t);
  await t.sql("DELETE FROM account_passkeys WHERE passkey_id = $1", [passkey.passkeyId]);
  expect((await signInWith(t, passkey.use(options))).statusCode).toBe(401);
});

test("counts wrong tries for the account; they keep nobody out who knows the password", async () => {
  const wrong = async () => signInWith(t, passkey.use(await getOptions(t), { key: otherKey }));
  for (let attempt = 0; attempt < 10; attempt += 1) expect((await wrong()).statusCode).toBe(401);
  const options = await getOptions(t);
  const before = await readDatabaseState(t);
  const response = await signInWith(t, passkey.use(options));
  expect([response.statusCode, Number(response.headers["retry-after"]) > 0]).toEqual([429, true]);
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await openChallenge(t, ada)).response.statusCode).toBe(200);
});

test("is the second factor after the password, also without verification of the person", async () => {
  const { response, cookie } = await openChallenge(t, ada);
  expect(response.json().challenge.methods).toEqual(["passkey", "recovery-code"]);
  const options = await getOptions(t, cookie);
  expect(options).toMatchObject({
    allowCredentials: [{ id: passkey.id, type: "public-key", transports: ["internal"] }],
    userVerification: "preferred",
  });
  const signedIn = await enterFactor(t, cookie, {
    credential: passkey.use(options, { isUserVerified: false }),
  });
  expect(signedIn.statusCode).toBe(201);
  expect(await readSessions()).toEqual([{ method: "passkey", two_factor: true }]);
});

test("as the second factor refuses others' passkeys and challenges, and ends after five wrong tries", async () => {
  const other = await t.user(acme);
  const others = await addPasskey(t.as(other));
  const { cookie } = await openChallenge(t, ada);
  const ofOther = await openChallenge(t, other);
  const own = await getOptions(t, cookie);
  const credentials = [
    others.use(own),
    passkey.use(await getOptions(t, ofOther.cookie)),
    passkey.use(await getOptions(t, cookie, "sign-in")),
    passkey.use(own, { origin: "https://gatehouse.example" }),
  ];
  const before = await readDatabaseState(t);
  for (const [index, credential] of credentials.entries()) {
    const response = await enterFactor(t, cookie, { credential });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: "auth/wrong-passkey", params: { triesLeft: 4 - index } });
  }
  const { sign_in_challenges: _, ...unchanged } = before;
  expect(await readDatabaseState(t)).toMatchObject(unchanged);
  const last = await enterFactor(t, cookie, { credential: others.use(own) });
  expect(last.json().code).toBe("auth/challenge-ended");
  const late = await t.anonymous.post("/sessions/passkey/options?purpose=second-factor", undefined, {
    cookie,
  });
  expect([late.statusCode, late.json().code]).toEqual([401, "auth/challenge-ended"]);
});

test("confirms a session, with verification of the person and only by a challenge of this session", async () => {
  const asAda: ApiClient = t.as(ada);
  await asAda.get("/me");
  const options = async (purpose = "") => (await asAda.post(`/sessions/passkey/options${purpose}`)).json();
  const stepUp = (credential: unknown) => asAda.post("/sessions/current/step-up", { credential });
  const session = `gatehouse=${await t.session(ada)}`;
  const wrong = [
    passkey.use(await options(), { isUserVerified: false }),
    passkey.use(await options("?purpose=sign-in")),
    passkey.use(await getOptions(t, session, "step-up")),
  ];
  const before = await readDatabaseState(t);
  for (const credential of wrong) {
    const response = await stepUp(credential);
    expect([response.statusCode, response.json().code]).toEqual([422, "second-factors/wrong-passkey"]);
  }
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await asAda.post("/me/passkeys/options")).json().code).toBe("auth/step-up");
  expect((await stepUp(passkey.use(await options()))).statusCode).toBe(204);
  expect((await asAda.post("/me/passkeys/options")).statusCode).toBe(200);
  expect((await t.anonymous.post("/sessions/passkey/options?purpose=step-up")).json().code).toBe(
    "auth/required",
  );
});
