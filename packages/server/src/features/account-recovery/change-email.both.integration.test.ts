import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { inviteAndGetToken } from "../../../test/invitations.ts";
import { readToken, readTokens, requestReset } from "../../../test/recovery-links.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const password = "correct horse battery staple";
const hour = 3_600_000;

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let next: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization("Acme");
  ada = await t.user(acme, { name: "Ada Lovelace", roles: ["viewer"] });
  next = `new-${ada.userId}@example.test`;
});

const change = (email = next, as = t.as(ada)) => as.post("/me/email", { email });
const confirm = (token: string) => t.anonymous.post("/email-changes/confirm", { token });
const cancel = (token: string) => t.anonymous.post("/email-changes/cancel", { token });
const signIn = (email: string) => t.anonymous.post("/sessions", { email, password });

/** The address of the account and of its users. */
async function readEmails(): Promise<readonly unknown[]> {
  const rows = await t.sql(
    `SELECT email FROM accounts WHERE account_id = $1
     UNION ALL SELECT email FROM users WHERE account_id = $1`,
    [ada.accountId],
  );
  return rows.map(({ email }) => email);
}

test("changes the address in every organization once the new one is confirmed", async () => {
  const elsewhere = await t.organization();
  await t.user(elsewhere, { sameAccountAs: ada, status: "suspended" });
  const session = t.as(ada);
  const response = await change(` ${next.toUpperCase()}`, session);
  expect([response.statusCode, response.json()]).toEqual([202, {}]);
  expect(await readEmails()).toEqual([ada.email, ada.email, ada.email]);
  const token = await readToken(t, "confirm-email", next);
  expect((await confirm(token)).statusCode).toBe(204);
  expect(await readEmails()).toEqual([next, next, next]);
  expect((await session.get("/me")).json()).toMatchObject({ account: { email: next } });
  expect((await signIn(ada.email)).statusCode).toBe(401);
  expect((await signIn(next)).statusCode).toBe(201);
  const found = await t
    .as(acme.owner)
    .get(`/organizations/${acme.organizationId}/users?query=${encodeURIComponent(next)}`);
  expect(found.json()).toMatchObject({ items: [{ id: ada.userId, email: next }] });
  const events = await t.sql(
    "SELECT action, changes FROM audit_events WHERE organization_id = $1 AND target_id = $2 ORDER BY sequence",
    [acme.organizationId, ada.accountId],
  );
  expect(events).toEqual([
    { action: "accounts.email-change-requested", changes: [] },
    { action: "accounts.email-changed", changes: [{ field: "email", before: ada.email, after: next }] },
  ]);
  expect((await confirm(token)).json()).toMatchObject({ status: 410, code: "email-changes/used" });
});

test("the link to the old address cancels the change and ends every session", async () => {
  const session = t.as(ada);
  await change(next, session);
  const [confirmation, undo] = [
    await readToken(t, "confirm-email", next),
    await readToken(t, "undo-email", ada.email),
  ];
  expect((await cancel(undo)).statusCode).toBe(204);
  expect((await session.get("/me")).statusCode).toBe(401);
  expect((await confirm(confirmation)).json()).toMatchObject({ status: 410, code: "email-changes/expired" });
  expect(await readEmails()).toEqual([ada.email, ada.email]);
});

test("the link to the old address restores it for seven days, and no other address follows", async () => {
  await change();
  await confirm(await readToken(t, "confirm-email", next));
  const undo = await readToken(t, "undo-email", ada.email);
  const further = `further-${ada.userId}@example.test`;
  await change(further);
  await confirm(await readToken(t, "confirm-email", further));
  const attacker = t.as(ada);
  await attacker.get("/me");
  const toNext = await readToken(t, "undo-email", next);
  const reset = await requestReset(t, further);
  t.clock.advance(7 * 24 * hour - 1);
  expect((await cancel(undo)).statusCode).toBe(204);
  expect(await readEmails()).toEqual([ada.email, ada.email]);
  expect(await t.sql("SELECT 1 FROM sessions WHERE account_id = $1", [ada.accountId])).toEqual([]);
  expect((await cancel(toNext)).json()).toMatchObject({ code: "email-changes/expired" });
  expect((await t.anonymous.post("/password-resets/lookup", { token: reset })).statusCode).toBe(410);
  expect((await signIn(ada.email)).statusCode).toBe(201);
});

test("an attacker's link to restore an address doesn't end the owner's", async () => {
  await change();
  await confirm(await readToken(t, "confirm-email", next));
  t.clock.advance(1_000);
  const further = `further-${ada.userId}@example.test`;
  await change(further);
  await confirm(await readToken(t, "confirm-email", further));
  expect((await cancel(await readToken(t, "undo-email", next))).statusCode).toBe(204);
  expect(await readEmails()).toEqual([next, next]);
  expect((await cancel(await readToken(t, "undo-email", ada.email))).statusCode).toBe(204);
  expect(await readEmails()).toEqual([ada.email, ada.email]);
});

test("links expire: the new address's after a day, the old address's after a week", async () => {
  await change();
  const [confirmation, undo] = [
    await readToken(t, "confirm-email", next),
    await readToken(t, "undo-email", ada.email),
  ];
  t.clock.advance(24 * hour);
  expect((await confirm(confirmation)).json()).toMatchObject({ code: "email-changes/expired" });
  t.clock.advance(6 * 24 * hour);
  const before = await readDatabaseState(t);
  expect((await cancel(undo)).json()).toMatchObject({ code: "email-changes/expired" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("only the newest change can be confirmed, and neither link does the other's work", async () => {
  await change();
  const first = await readToken(t, "confirm-email", next);
  const later = `later-${ada.userId}@example.test`;
  await change(later);
  expect((await confirm(first)).json()).toMatchObject({ code: "email-changes/expired" });
  const [confirmation, undo] = [
    await readToken(t, "confirm-email", later),
    await readToken(t, "undo-email", ada.email),
  ];
  const before = await readDatabaseState(t);
  const reset = { token: undo, password: "seven green copper gates" };
  const codes = [
    (await cancel(confirmation)).json().code,
    (await confirm(undo)).json().code,
    (await t.anonymous.post("/password-resets/complete", reset)).json().code,
  ];
  expect(codes).toEqual(["email-changes/unknown", "email-changes/unknown", "password-resets/unknown"]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("says nothing about an address that has an account, until its owner confirms it", async () => {
  const bob = await t.user(acme, { roles: ["viewer"] });
  const [taken, free] = [await change(bob.email), await change()];
  expect([taken.statusCode, taken.body]).toEqual([free.statusCode, free.body]);
  await change(bob.email);
  const token = await readToken(t, "confirm-email", bob.email);
  const before = await readDatabaseState(t);
  expect((await confirm(token)).json()).toMatchObject({ status: 409, code: "email-changes/taken" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("needs an authentication of the last ten minutes, which the password renews", async () => {
  const session = t.as(ada);
  await session.get("/me");
  t.clock.advance(10 * 60_000);
  const before = await readDatabaseState(t);
  const refused = await change(next, session);
  expect(refused.json()).toMatchObject({
    status: 403,
    code: "auth/step-up",
    params: { methods: ["password"] },
  });
  const wrong = await session.post("/sessions/current/step-up", { password: "wrong horse battery staple" });
  expect(wrong.json()).toMatchObject({
    status: 422,
    code: "passwords/wrong",
    errors: [{ path: "password" }],
  });
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await session.post("/sessions/current/step-up", { password })).statusCode).toBe(204);
  expect((await change(next, session)).statusCode).toBe(202);
  const other = t.as(ada);
  await other.get("/me");
  t.clock.advance(9 * 60_000);
  expect((await change(`b-${next}`, session)).statusCode).toBe(202);
  t.clock.advance(60_000);
  expect((await change(`c-${next}`, session)).json()).toMatchObject({ code: "auth/step-up" });
});

test("joining another organization with a session is no fresh authentication", async () => {
  const session = await t.session(ada);
  const cookie = `gatehouse=${session}`;
  t.clock.advance(10 * 60_000);
  const token = await inviteAndGetToken(t, await t.organization(), ada.email);
  const accepted = await t.anonymous.post("/invitations/accept", { token }, { cookie });
  expect(accepted.statusCode).toBe(201);
  const [replaced] = [accepted.headers["set-cookie"]].flat().map((text) => String(text).split(";")[0] ?? "");
  const refused = await t.anonymous.post("/me/email", { email: next }, { cookie: replaced ?? "" });
  expect(refused.json()).toMatchObject({ code: "auth/step-up" });
});

test("ends the session at the tenth wrong password of the step-up", async () => {
  const session = t.as(ada);
  const statuses: number[] = [];
  for (let guess = 0; guess < 11; guess += 1)
    statuses.push(
      (await session.post("/sessions/current/step-up", { password: "wrong horse battery" })).statusCode,
    );
  expect(statuses).toEqual([...Array.from({ length: 9 }, () => 422), 401, 401]);
});

test("rejects what is no address, the own one, and domains that an organization doesn't allow", async () => {
  await t.sql("UPDATE organizations SET allowed_domains = $1 WHERE organization_id = $2", [
    ["example.test"],
    acme.organizationId,
  ]);
  const before = await readDatabaseState(t);
  const codes = [];
  for (const email of ["ada", ada.email.toUpperCase(), "ada@elsewhere.test"])
    codes.push((await change(email)).json().code);
  expect(codes).toEqual(["email/invalid", "email-changes/unchanged", "email-changes/domain-not-allowed"]);
  const after = await readDatabaseState(t);
  expect({ ...after, sessions: null }).toEqual({ ...before, sessions: null });
  expect((await change()).statusCode).toBe(202);
  const token = await readToken(t, "confirm-email", next);
  await t.sql("UPDATE organizations SET allowed_domains = $1 WHERE organization_id = $2", [
    ["other.test"],
    acme.organizationId,
  ]);
  expect((await confirm(token)).json()).toMatchObject({ code: "email-changes/domain-not-allowed" });
});

test("a link works once, however often it is used at the same time, and never after the other", async () => {
  await change();
  const [confirmation, undo] = [
    await readToken(t, "confirm-email", next),
    await readToken(t, "undo-email", ada.email),
  ];
  const outcomes = await runConcurrently(8, (index) =>
    index % 2 === 0 ? confirm(confirmation) : cancel(undo),
  );
  const statuses = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value.statusCode : outcome.status,
  );
  const [confirmed, cancelled] = [
    statuses.filter((status, index) => index % 2 === 0 && status === 204),
    statuses.filter((status, index) => index % 2 === 1 && status === 204),
  ];
  expect(cancelled).toHaveLength(1);
  expect(confirmed.length).toBeLessThanOrEqual(1);
  expect(await readEmails()).toEqual([ada.email, ada.email]);
});

test("confirming ends reset links to the old address", async () => {
  const reset = await requestReset(t, ada.email);
  await change();
  await confirm(await readToken(t, "confirm-email", next));
  const looked = await t.anonymous.post("/password-resets/lookup", { token: reset });
  expect(looked.json()).toMatchObject({ code: "password-resets/expired" });
});

test("throttles the sixth change, and sends the old address a notice of each", async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1) statuses.push((await change(`n${count}-${next}`)).statusCode);
  expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  expect(await readTokens(t, "undo-email", ada.email)).toHaveLength(5);
});
