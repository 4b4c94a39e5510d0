/** Token introspection for other panels. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"], name: "Işıl Çağlar" });
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
});
afterAll(() => t.close());

const path = () => `/organizations/${acme.organizationId}/sessions/introspect`;
const introspect = async (token: string, by = key) => (await t.withKey(by).post(path(), { token })).json();

test("returns the user and the expiry", async () => {
  const { userId, accountId, name, email } = person;
  expect(await introspect(await t.session(person))).toEqual({
    active: true,
    user: { id: userId, accountId, name, email },
    expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

test("returns the same response for every other token", async () => {
  const elsewhere = (await t.organization()).owner;
  const suspended = await t.user(acme, { status: "suspended" });
  const ended = await t.session(person);
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [person.accountId]);
  const tokens = ["rubbish", key, ended, await t.session(elsewhere), await t.session(suspended)];
  for (const token of tokens) expect(await introspect(token)).toEqual({ active: false });
  const idle = await t.session(person);
  t.clock.advance(13 * 3_600_000);
  expect(await introspect(idle)).toEqual({ active: false });
});

test("counts introspection as use of the session", async () => {
  const token = await t.session(person);
  for (let hours = 0; hours < 20; hours += 10) {
    t.clock.advance(10 * 3_600_000);
    expect(await introspect(token)).toMatchObject({ active: true });
  }
});

test("an address outside of the organization's networks has no session, however it is written", async () => {
  const closed = await t.organization();
  const visitor = await t.user(closed, { roles: ["viewer"] });
  const program = t.withKey((await t.apiKey(closed, { permissions: ["users:view"] })).key);
  await t.sql("UPDATE organizations SET allowed_networks = '{192.0.2.0/24}' WHERE organization_id = $1", [
    closed.organizationId,
  ]);
  const token = await t.session(visitor);
  const ask = async (ip: string) =>
    (await program.post(`/organizations/${closed.organizationId}/sessions/introspect`, { token, ip })).json()
      .active;
  expect(await Promise.all(["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"].map(ask))).toEqual([
    true,
    true,
    true,
  ]);
  expect(await Promise.all(["198.51.100.7", "2001:db8::1"].map(ask))).toEqual([false, false]);
});

test("requires a key with users:view", async () => {
  const narrow = await t.apiKey(acme, { permissions: ["roles:view"] });
  const token = await t.session(person);
  expect(await introspect(token, narrow.key)).toMatchObject({ code: "forbidden/permission" });
  expect((await t.as(acme.owner).post(path(), { token })).json()).toMatchObject({ code: "api-keys/only" });
  expect((await t.anonymous.post(path(), { token })).statusCode).toBe(401);
});
