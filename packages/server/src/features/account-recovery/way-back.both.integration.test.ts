import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { type AddedPasskey, addPasskey, getOptions, signInWith } from "../../../test/passkeys.ts";
import { readToken, readTokens } from "../../../test/recovery-links.ts";
import {
  addAuthenticator,
  addRecoveryCodes,
  createAuthenticator,
  enterFactor,
  openChallenge,
  readCookies,
} from "../../../test/second-factors.ts";

const password = "correct horse battery staple";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let thiefEmail: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization("Acme");
  ada = await t.user(acme, { name: "Ada Lovelace", roles: ["viewer"] });
  thiefEmail = `thief-${ada.userId}@example.test`;
  await signIn();
  t.clock.advance(60_000);
});

const signIn = (email = ada.email) => t.anonymous.post("/sessions", { email, password });

/** Somebody who knows the password, in a browser that the account doesn't know. */
async function signInAsThief(email = ada.email): Promise<ApiClient> {
  const cookie = readCookies(await signIn(email));
  const headers = { cookie, origin: testOrigin };
  return {
    ...t.anonymous,
    get: (path) => t.anonymous.get(path, headers),
    post: (path, body) => t.anonymous.post(path, body, headers),
  };
}

async function changeAddress(client: ApiClient, email: string): Promise<void> {
  await client.post("/me/email", { email });
  await t.anonymous.post("/email-changes/confirm", { token: await readToken(t, "confirm-email", email) });
}

async function usePasskey(passkey: AddedPasskey): Promise<number> {
  return (await signInWith(t, passkey.use(await getOptions(t)))).statusCode;
}

const report = (token: string) => t.anonymous.post("/sign-ins/report", { token });
const cancel = (token: string) => t.anonymous.post("/email-changes/cancel", { token });

const readAccount = () =>
  t.sql(
    `SELECT email, two_factor, (SELECT count(*)::int FROM account_recovery_codes c WHERE c.account_id = a.account_id) AS codes
     FROM accounts a WHERE account_id = $1`,
    [ada.accountId],
  );

test("a report removes the passkey that the other person added, and restores the address that they changed", async () => {
  const thief = await signInAsThief();
  const passkey = await addPasskey(thief);
  expect(passkey.response.statusCode).toBe(201);
  expect(await usePasskey(passkey)).toBe(201);
  const token = await readToken(t, "secure-account", ada.email);
  await changeAddress(thief, thiefEmail);
  expect(await readAccount()).toEqual([{ email: thiefEmail, two_factor: true, codes: 10 }]);

  expect((await report(token)).statusCode).toBe(204);

  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: false, codes: 0 }]);
  expect(await usePasskey(passkey)).toBe(401);
  expect(await readTokens(t, "reset", thiefEmail)).toEqual([]);
  const reset = { token: await readToken(t, "reset", ada.email), password: "seven green copper gates" };
  expect((await t.anonymous.post("/password-resets/complete", reset)).statusCode).toBe(204);
  const events = await t.sql(
    "SELECT action, changes FROM audit_events WHERE organization_id = $1 AND target_id = $2 ORDER BY sequence DESC LIMIT 4",
    [acme.organizationId, ada.accountId],
  );
  expect(events).toEqual([
    { action: "accounts.password-reset", changes: [] },
    { action: "accounts.secured", changes: [{ field: "sessions", before: 2, after: 0 }] },
    {
      action: "accounts.email-change-undone",
      changes: [{ field: "email", before: thiefEmail, after: ada.email }],
    },
    { action: "accounts.passkey-removed", changes: [{ field: "passkey", before: "Laptop", after: null }] },
  ]);
});

test("a report leaves the factors that the account had before, and the codes of that time", async () => {
  const authenticator = await addAuthenticator(t, ada);
  const codes = await addRecoveryCodes(t, ada);
  await openChallenge(t, ada);
  t.clock.advance(60_000);
  const { cookie } = await openChallenge(t, ada);
  expect((await enterFactor(t, cookie, { code: authenticator.code() })).statusCode).toBe(201);
  expect((await report(await readToken(t, "secure-account", ada.email))).statusCode).toBe(204);
  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: true, codes: codes.length }]);
});

test("the email about each change has the link, which removes everything that the session added", async () => {
  const thief = await signInAsThief();
  await t.drainOutbox(); // after each step, so that the emails arrive in their order
  t.clock.advance(1000);
  const passkey = await addPasskey(thief);
  await t.drainOutbox();
  t.clock.advance(1000);
  const { secret } = (await thief.post("/me/totp", {})).json();
  t.clock.advance(60_000);
  const code = createAuthenticator(t, secret).code();
  expect((await thief.post("/me/totp/confirm", { code })).statusCode).toBe(200);
  const tokens = await readTokens(t, "secure-account", ada.email);
  expect(new Set(tokens).size).toBe(3); // sign-in, passkey, authenticator app
  expect((await report(tokens[2] ?? "")).statusCode).toBe(204);
  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: false, codes: 0 }]);
  expect(await usePasskey(passkey)).toBe(401);
  const [signedIn, added] = tokens;
  expect((await report(added ?? "")).statusCode).toBe(204); // of an earlier change: it still works
  expect((await report(signedIn ?? "")).statusCode).toBe(204);
});

test("a report of an earlier change ends the links of later ones", async () => {
  const thief = await signInAsThief();
  await t.drainOutbox();
  t.clock.advance(1000);
  await addPasskey(thief);
  const [signedIn, added] = await readTokens(t, "secure-account", ada.email);
  expect((await report(signedIn ?? "")).statusCode).toBe(204);
  expect((await report(added ?? "")).json()).toMatchObject({ status: 410, code: "sign-ins/expired" });
});

test("a report of a change leaves what other sessions added before", async () => {
  const authenticator = await addAuthenticator(t, ada);
  t.clock.advance(60_000);
  const { cookie } = await openChallenge(t, ada);
  const entered = await enterFactor(t, cookie, { code: authenticator.code() });
  const headers = { cookie: readCookies(entered), origin: testOrigin };
  expect((await t.anonymous.post("/me/recovery-codes", {}, headers)).statusCode).toBe(200);
  expect((await report(await readToken(t, "secure-account", ada.email))).statusCode).toBe(204);
  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: true, codes: 0 }]);
});

test("a change of the password is told with the link, too", async () => {
  const thief = await signInAsThief();
  const change = { currentPassword: password, newPassword: "seven green copper gates" };
  expect((await thief.post("/me/password", change)).statusCode).toBe(204);
  expect((await report(await readToken(t, "secure-account", ada.email))).statusCode).toBe(204);
  expect((await thief.get("/me")).statusCode).toBe(401);
  const again = await t.anonymous.post("/sessions", { email: ada.email, password: change.newPassword });
  expect(again.statusCode).toBe(401);
});

test("an email that is sent after a change of address goes to its owner while that can be undone, and to nobody else later", async () => {
  const thief = await signInAsThief();
  await t.drainOutbox();
  await addPasskey(thief);
  await t.sql("UPDATE pgboss.job SET start_after = now() + interval '1 hour' WHERE state = 'created'"); // the mail server is down
  await thief.post("/me/email", { email: thiefEmail });
  await t.anonymous.post("/email-changes/confirm", {
    token: await readToken(t, "confirm-email", thiefEmail),
  });
  await t.sql("UPDATE pgboss.job SET start_after = now() WHERE state = 'created'");
  const [, added] = await readTokens(t, "secure-account", ada.email);
  expect(added).toBeDefined();
  t.clock.advance(1000);
  await thief.post("/me/recovery-codes", {});
  await t.sql("UPDATE pgboss.job SET start_after = now() + interval '1 hour' WHERE state = 'created'");
  expect((await report(added ?? "")).statusCode).toBe(204);
  await t.sql("UPDATE pgboss.job SET start_after = now() WHERE state = 'created'");
  expect(await readTokens(t, "secure-account", thiefEmail)).toEqual([]);
  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: false, codes: 0 }]);
});

test("the other person's own links restore nothing after the owner has restored the address", async () => {
  const thief = await signInAsThief();
  await changeAddress(thief, thiefEmail);
  t.clock.advance(1000);
  const second = await signInAsThief(thiefEmail);
  const [own] = await readTokens(t, "secure-account", thiefEmail);
  await changeAddress(second, `further-${ada.userId}@example.test`);
  const undoOfThief = await readToken(t, "undo-email", thiefEmail);
  expect((await cancel(await readToken(t, "undo-email", ada.email))).statusCode).toBe(204);
  expect((await report(own ?? "")).json()).toMatchObject({ code: "sign-ins/expired" });
  expect((await cancel(undoOfThief)).json()).toMatchObject({ code: "email-changes/expired" });
  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: false, codes: 0 }]);
});

test("undoing a change of address removes the factors about which the other address was told", async () => {
  const thief = await signInAsThief();
  await changeAddress(thief, thiefEmail);
  t.clock.advance(1000);
  const passkey = await addPasskey(thief);
  expect(passkey.response.statusCode).toBe(201);
  expect((await cancel(await readToken(t, "undo-email", ada.email))).statusCode).toBe(204);
  expect(await usePasskey(passkey)).toBe(401);
  expect(await readAccount()).toEqual([{ email: ada.email, two_factor: false, codes: 0 }]);
});
