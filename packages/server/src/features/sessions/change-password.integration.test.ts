import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const old = "correct horse battery staple";
const fresh = "seven green copper gates";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let [laptop, phone]: ApiClient[] = [];

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  ada = await t.user(acme, { name: "Ada Lovelace", roles: ["viewer"] });
  [laptop, phone] = [t.as(ada), t.as(ada)];
  await laptop.get("/me");
  await phone.get("/me");
});

const change = (currentPassword: string, newPassword: string, as = laptop) =>
  as?.post("/me/password", { currentPassword, newPassword });
const signIn = (password: string) => t.anonymous.post("/sessions", { email: ada.email, password });

test("accepts only the new password, ends every other session, and records it in every organization", async () => {
  const elsewhere = await t.organization();
  const alias = await t.user(elsewhere, { sameAccountAs: ada });
  const response = await change(old, fresh);
  expect(response?.statusCode).toBe(204);
  expect((await laptop?.get("/me"))?.statusCode).toBe(200);
  expect((await phone?.get("/me"))?.statusCode).toBe(401);
  expect((await signIn(old)).json()).toMatchObject({ code: "auth/wrong-credentials" });
  expect((await signIn(fresh)).statusCode).toBe(201);
  const events = await t.sql(
    `SELECT actor_id, changes FROM audit_events WHERE action = 'accounts.password-changed' AND target_id = $1
     ORDER BY organization_id`,
    [ada.accountId],
  );
  const changes = [{ field: "sessions", before: 1, after: 0 }];
  expect(events).toEqual([ada, alias].map(({ userId }) => ({ actor_id: userId, changes })));
});

test.each([
  ["a wrong current password", "wrong horse battery staple", fresh, "passwords/wrong", "currentPassword"],
  ["a short password", old, "short", "passwords/too-short", "newPassword"],
  ["the own name", old, "Ada Lovelace 12", "passwords/too-common", "newPassword"],
  ["the current password", old, old, "passwords/unchanged", "newPassword"],
])("rejects %s and changes nothing", async (_, current, next, code, path) => {
  const before = await readDatabaseState(t);
  const response = await change(current, next);
  expect(response?.json()).toMatchObject({ status: 422, code, errors: [{ path, code }] });
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await phone?.get("/me"))?.statusCode).toBe(200);
});

test("ends the session at the tenth wrong current password in a row", async () => {
  const statuses: (number | undefined)[] = [];
  for (let guess = 0; guess < 9; guess += 1)
    statuses.push((await change("wrong horse battery staple", fresh))?.statusCode);
  expect((await change(old, fresh))?.statusCode).toBe(204);
  for (let guess = 0; guess < 11; guess += 1) statuses.push((await change(old, `${fresh}!`))?.statusCode);
  expect(statuses).toEqual([...Array.from({ length: 18 }, () => 422), 401, 401]);
  t.clock.advance(15 * 60_000);
  expect((await change(fresh, `${fresh}!`, t.as(ada)))?.statusCode).toBe(204);
});

test("makes one of six concurrent changes", async () => {
  const outcomes = await runConcurrently(6, (index) => change(old, `${fresh} ${index}`) ?? Promise.reject());
  const statuses = outcomes.map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value?.statusCode : 0,
  );
  expect(statuses.toSorted()).toEqual([204, 422, 422, 422, 422, 422]);
  const won = statuses.indexOf(204);
  expect((await signIn(`${fresh} ${won}`)).statusCode).toBe(201);
});

test("leaves no session opened with the old password during the change", async () => {
  for (let round = 0; round < 10; round += 1) {
    const [from, to] = round % 2 === 0 ? [old, fresh] : [fresh, old];
    const outcomes = await runConcurrently(4, (index) =>
      index === 0 ? (change(from, to) ?? Promise.reject()) : signIn(from),
    );
    const [changed] = outcomes;
    expect(changed).toMatchObject({ status: "fulfilled", value: { statusCode: 204 } });
    const sessions = await t.sql("SELECT session_id FROM sessions WHERE account_id = $1", [ada.accountId]);
    expect(sessions).toHaveLength(1);
  }
});

test("rejects API keys", async () => {
  const { key } = await t.apiKey(acme);
  expect((await change(old, fresh, t.withKey(key)))?.json()).toMatchObject({ code: "auth/required" });
});
