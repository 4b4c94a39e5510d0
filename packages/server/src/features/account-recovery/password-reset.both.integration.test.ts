import { expect, test } from "vitest";
import { createSignInTest } from "../../../test/create-sign-in-test.ts";
import type { TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { getInvitationToken, invite } from "../../../test/invitations.ts";
import { readToken, readTokens, requestReset } from "../../../test/recovery-links.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { hashToken } from "../../ports/secrets.ts";

const old = "correct horse battery staple";
const fresh = "seven green copper gates";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;

createSignInTest((test) => {
  ({ t, acme, ada } = test);
});

const request = (email: string) => t.anonymous.post("/password-resets", { email });
const lookUp = (token: string) => t.anonymous.post("/password-resets/lookup", { token });
const complete = (token: string, password = fresh) =>
  t.anonymous.post("/password-resets/complete", { token, password });
const signIn = (password: string) => t.anonymous.post("/sessions", { email: ada.email, password });
const listLinks = () =>
  t.sql(
    "SELECT token_hash, purpose, email, expires_at, used_at FROM account_links WHERE account_id = $1 ORDER BY link_id",
    [ada.accountId],
  );

test("sends a link to the account's address, which sets a new password once", async () => {
  const response = await request(`  ${ada.email.toUpperCase()} `);
  expect([response.statusCode, response.json()]).toEqual([202, {}]);
  const token = await readToken(t, "reset", ada.email);
  expect((await lookUp(token)).json()).toEqual({ email: ada.email });
  const completed = await complete(token);
  expect([completed.statusCode, completed.body, completed.headers["set-cookie"]]).toEqual([
    204,
    "",
    undefined,
  ]);
  expect((await signIn(old)).json()).toMatchObject({ code: "auth/wrong-credentials" });
  expect((await signIn(fresh)).statusCode).toBe(201);
  expect((await complete(token, old)).json()).toMatchObject({ status: 410, code: "password-resets/used" });
  expect((await lookUp(token)).json()).toMatchObject({ status: 410, code: "password-resets/used" });
});

test("stores the hash of the token and an expiry in 30 minutes, and no token anywhere", async () => {
  const token = await requestReset(t, ada.email);
  expect(await listLinks()).toEqual([
    {
      token_hash: hashToken(token),
      purpose: "password-reset",
      email: ada.email,
      expires_at: new Date(t.clock.now().getTime() + 30 * 60_000),
      used_at: null,
    },
  ]);
  const rows = await t.sql("SELECT to_jsonb(j)::text AS row FROM pgboss.job j");
  expect(rows.map(({ row }) => row).join("\n")).not.toContain(token);
});

test("ends every session, every device cookie and every other link, and records it in every organization", async () => {
  const elsewhere = await t.organization();
  const alias = await t.user(elsewhere, { sameAccountAs: ada });
  const laptop = t.as(ada);
  expect((await laptop.get("/me")).statusCode).toBe(200);
  const first = await requestReset(t, ada.email);
  const second = await requestReset(t, ada.email);
  expect(second).not.toBe(first);
  expect((await complete(first)).json()).toMatchObject({ status: 410, code: "password-resets/expired" });
  expect((await complete(second)).statusCode).toBe(204);
  expect((await laptop.get("/me")).statusCode).toBe(401);
  expect(await t.sql("SELECT 1 FROM sessions WHERE account_id = $1", [ada.accountId])).toEqual([]);
  const events = await t.sql(
    "SELECT actor_id, changes FROM audit_events WHERE action = 'accounts.password-reset' AND target_id = $1 ORDER BY organization_id",
    [ada.accountId],
  );
  const changes = [{ field: "sessions", before: 1, after: 0 }];
  expect(events).toEqual([ada, alias].map(({ userId }) => ({ actor_id: userId, changes })));
});

test("tells the owner of the address that the password was changed", async () => {
  await complete(await requestReset(t, ada.email));
  await t.drainOutbox();
  const message = t.mailbox.messages.findLast(({ to }) => to === ada.email);
  expect(message?.subject).toBe("Your Gatehouse password was changed");
  expect(message?.text).toContain("http://127.0.0.1:3000/secure-account#");
});

test("gives one success to eight concurrent uses of a link, with one password", async () => {
  const token = await requestReset(t, ada.email);
  const outcomes = await runConcurrently(8, (index) => complete(token, `${fresh} ${index}`));
  const statuses = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value.statusCode : outcome.status,
  );
  expect(statuses.toSorted()).toEqual([204, ...Array.from({ length: 7 }, () => 410)]);
  expect((await signIn(`${fresh} ${statuses.indexOf(204)}`)).statusCode).toBe(201);
});

test("rejects a link half an hour later", async () => {
  const token = await requestReset(t, ada.email);
  t.clock.advance(30 * 60_000);
  const before = await readDatabaseState(t);
  expect((await complete(token)).json()).toMatchObject({ status: 410, code: "password-resets/expired" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("sends no email half an hour after the request, when the worker was stopped", async () => {
  await request(ada.email);
  t.clock.advance(30 * 60_000);
  expect(await readTokens(t, "reset", ada.email)).toEqual([]);
  expect(await listLinks()).toEqual([]);
});

test("sends the same link again after the mail server was unavailable, unless a newer one was created", async () => {
  t.mailbox.behavior = "unavailable";
  await request(ada.email);
  await t.drainOutbox();
  t.mailbox.behavior = "accept";
  await t.drainOutbox({ retries: true });
  const token = await readToken(t, "reset", ada.email);
  expect((await listLinks()).map((row) => row["token_hash"])).toEqual([hashToken(token)]);

  t.mailbox.behavior = "unavailable";
  await request(ada.email);
  await t.drainOutbox();
  t.mailbox.behavior = "accept";
  const newest = await requestReset(t, ada.email);
  await t.drainOutbox({ retries: true });
  expect((await readTokens(t, "reset", ada.email)).at(-1)).toBe(newest);
  expect((await complete(newest)).statusCode).toBe(204);
});

test.each([
  ["a short password", "short", "passwords/too-short"],
  ["the own name", "Ada Lovelace 12", "passwords/too-common"],
  ["the organization's name", "acme acme acme 1", "passwords/too-common"],
])("rejects %s, and the link still works", async (_, password, code) => {
  const token = await requestReset(t, ada.email);
  const before = await readDatabaseState(t);
  expect((await complete(token, password)).json()).toMatchObject({
    status: 422,
    code,
    errors: [{ path: "password", code }],
  });
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await complete(token)).statusCode).toBe(204);
});

test("rejects tokens of every other kind, and throttles guesses of one network", async () => {
  const { id } = await invite(t, acme, `new-${ada.userId}@example.test`);
  const invitation = await getInvitationToken(t, acme, id);
  const reset = await requestReset(t, ada.email);
  const before = await readDatabaseState(t);
  const responses = [
    await complete(invitation),
    await t.anonymous.post("/invitations/lookup", { token: reset }),
    await t.anonymous.post("/invitations/accept", { token: reset, name: "Ada", password: fresh }),
    await t.anonymous.post("/email-changes/confirm", { token: reset }),
    await t.anonymous.post("/email-changes/cancel", { token: reset }),
    await t.anonymous.get("/me", { cookie: `gatehouse=${reset}` }),
  ];
  expect(responses.map((response) => response.json().code)).toEqual([
    "password-resets/unknown",
    "not-found",
    "not-found",
    "email-changes/unknown",
    "email-changes/unknown",
    "auth/required",
  ]);
  expect(await readDatabaseState(t)).toEqual(before);
  let last = 404;
  for (let guess = 0; last === 404 && guess < 40; guess += 1)
    last = (await lookUp("x".repeat(43))).statusCode;
  expect(last).toBe(429);
  expect((await lookUp(reset)).statusCode).toBe(200);
});

test("ends reset links when the password is changed in the account", async () => {
  const token = await requestReset(t, ada.email);
  const changed = await t.as(ada).post("/me/password", { currentPassword: old, newPassword: fresh });
  expect(changed.statusCode).toBe(204);
  expect((await complete(token)).json()).toMatchObject({ code: "password-resets/expired" });
});

test("a removed person who is invited again and forgot the password joins to the end", async () => {
  const path = `/organizations/${acme.organizationId}/users/${ada.userId}`;
  const owner = t.as(acme.owner);
  expect((await owner.delete(path, { "if-match": '"1"' })).statusCode).toBe(204);
  const { id } = await invite(t, acme, ada.email);
  const invitation = await getInvitationToken(t, acme, id);
  const early = await t.anonymous.post("/invitations/accept", { token: invitation });
  expect(early.json()).toMatchObject({ status: 409, code: "invitations/sign-in-first" });
  expect((await complete(await requestReset(t, ada.email))).statusCode).toBe(204);
  const cookie = String([(await signIn(fresh)).headers["set-cookie"]].flat()[0]).split(";")[0] ?? "";
  const accepted = await t.anonymous.post("/invitations/accept", { token: invitation }, { cookie });
  expect(accepted.statusCode).toBe(201);
  const users = await t.sql(
    "SELECT account_id, status FROM users WHERE organization_id = $1 AND email = $2",
    [acme.organizationId, ada.email],
  );
  expect(users).toEqual([{ account_id: ada.accountId, status: "active" }]);
});
