/** Setting the rules for sign-in and sessions: who may, what is previewed, and that nobody locks themselves out. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

let t: TestApp;
let acme: TestOrganization;
let asOwner: ApiClient;
let path: string;

beforeAll(async () => {
  t = await createTestApp({ config: { trustedProxies: ["127.0.0.1"] } });
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  asOwner = t.as(acme.owner);
  path = `/organizations/${acme.organizationId}`;
});

async function edit(security: object, as = asOwner, headers = {}) {
  const etag = String((await as.get(path, headers)).headers.etag);
  return as.patch(path, { security }, { "if-match": etag, ...headers });
}

const defaults = {
  requireTwoFactor: false,
  twoFactorGraceDays: 7,
  sessionIdleMinutes: 720,
  sessionMaxDays: 30,
  passwordMaxAgeDays: null,
  allowedNetworks: [],
};

test("changes the given rules only, in one form, and records them", async () => {
  expect((await asOwner.get(path)).json().security).toEqual(defaults);
  const first = await edit({
    requireTwoFactor: true,
    allowedNetworks: ["127.0.0.9/8", "2001:DB8::1/32", "127.0.0.0/8", "::ffff:10.1.2.3"],
  });
  expect(first.json().security).toEqual({
    ...defaults,
    requireTwoFactor: true,
    allowedNetworks: ["10.1.2.3/32", "127.0.0.0/8", "2001:db8::/32"],
  });
  const second = await edit({ sessionMaxDays: 90, passwordMaxAgeDays: 365 });
  expect(second.json().security).toEqual({
    ...first.json().security,
    sessionMaxDays: 90,
    passwordMaxAgeDays: 365,
  });
  expect((await asOwner.get(path)).json()).toEqual(second.json());
  const events = await t.sql(
    "SELECT changes FROM audit_events WHERE organization_id = $1 AND action = 'organizations.edited' ORDER BY sequence",
    [acme.organizationId],
  );
  expect(events.map(({ changes }) => changes)).toEqual([
    [
      { field: "requireTwoFactor", before: false, after: true },
      { field: "allowedNetworks", before: [], after: ["10.1.2.3/32", "127.0.0.0/8", "2001:db8::/32"] },
    ],
    [
      { field: "sessionMaxDays", before: 30, after: 90 },
      { field: "passwordMaxAgeDays", before: null, after: 365 },
    ],
  ]);
});

test("the time since when two factors are required stays when another rule changes", async () => {
  const since = async () =>
    (
      await t.sql("SELECT require_two_factor_since AS at FROM organizations WHERE organization_id = $1", [
        acme.organizationId,
      ])
    )[0]?.["at"];
  const start = t.clock.now();
  await edit({ requireTwoFactor: true });
  t.clock.advance(minute);
  await edit({ requireTwoFactor: true, sessionMaxDays: 8 });
  expect(await since()).toEqual(start);
  await edit({ requireTwoFactor: false });
  expect(await since()).toBeNull();
});

test("rejects invalid values and changes nothing", async () => {
  const invalid: readonly (readonly [security: object, path: string])[] = [
    [{ twoFactorGraceDays: 31 }, "security.twoFactorGraceDays"],
    [{ twoFactorGraceDays: -1 }, "security.twoFactorGraceDays"],
    [{ sessionIdleMinutes: 4 }, "security.sessionIdleMinutes"],
    [{ sessionIdleMinutes: 10_081 }, "security.sessionIdleMinutes"],
    [{ sessionMaxDays: 0 }, "security.sessionMaxDays"],
    [{ sessionMaxDays: 91 }, "security.sessionMaxDays"],
    [{ passwordMaxAgeDays: 29 }, "security.passwordMaxAgeDays"],
    [{ passwordMaxAgeDays: 731 }, "security.passwordMaxAgeDays"],
    [{ allowedNetworks: ["127.0.0.0/8", "10.0.0.0/33"] }, "security.allowedNetworks.1"],
    [{ allowedNetworks: ["office"] }, "security.allowedNetworks.0"],
    [{ allowedNetworks: Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`) }, "security.allowedNetworks"],
    [{ requireTwoFactor: null }, "security.requireTwoFactor"],
    [{ twoFactor: true }, "security"],
  ];
  await asOwner.get(path);
  const before = await readDatabaseState(t);
  for (const [security, field] of invalid) {
    const response = await edit(security);
    expect([response.statusCode, response.json().errors[0].path]).toEqual([
      422,
      expect.stringContaining(field),
    ]);
  }
  expect(await readDatabaseState(t)).toEqual(before);
});

test("asks a person for a recent authentication, and an API key for none", async () => {
  await asOwner.get(path);
  t.clock.advance(10 * minute);
  const stale = await edit({ sessionMaxDays: 7 });
  expect(stale.json()).toMatchObject({
    status: 403,
    code: "auth/step-up",
    params: { methods: ["password"] },
  });
  expect((await edit(defaults)).statusCode).toBe(200); // changes nothing
  const key = t.withKey((await t.apiKey(acme)).key);
  expect((await edit({ sessionMaxDays: 6 }, key)).statusCode).toBe(200);
  await asOwner.post("/sessions/current/step-up", { password: "correct horse battery staple" });
  expect((await edit({ sessionMaxDays: 7 })).statusCode).toBe(200);
});

test("a preview counts the active users whom the rules concern, and changes nothing", async () => {
  const [withFactor, abroad, old] = [await t.user(acme), await t.user(acme), await t.user(acme)];
  await t.user(acme, { status: "suspended" });
  await t.sql(
    "INSERT INTO account_totp (account_id, secret, created_at, enabled_at) VALUES ($1, 'x', now(), now())",
    [withFactor.accountId],
  );
  await t.session(abroad);
  await t.sql("UPDATE sessions SET ip = '203.0.113.9' WHERE account_id = $1", [abroad.accountId]);
  await t.sql(
    "INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome, ip) VALUES ($1, $1, now(), 'password', 'success', '2001:db8::1')",
    [old.accountId],
  );
  await t.sql("UPDATE accounts SET password_changed_at = $2 WHERE account_id = $1", [
    old.accountId,
    new Date(t.clock.now().getTime() - 30 * day),
  ]);
  const created = { email: "directory@example.test", name: "From the directory", roleIds: [] };
  expect((await asOwner.post(`${path}/users`, created)).statusCode).toBe(201);
  t.clock.advance(20 * minute);
  await asOwner.get(path);
  const before = await readDatabaseState(t);
  const preview = async (security: object) =>
    (await asOwner.patch(`${path}?preview=true`, { security })).json();
  expect(await preview({})).toEqual({ withoutTwoFactor: 0, outsideNetworks: 0, passwordTooOld: 0 });
  expect(
    await preview({ requireTwoFactor: true, allowedNetworks: ["127.0.0.0/8"], passwordMaxAgeDays: 30 }),
  ).toEqual({ withoutTwoFactor: 3, outsideNetworks: 2, passwordTooOld: 1 });
  expect(await preview({ requireTwoFactor: true, twoFactorGraceDays: 0 })).toMatchObject({
    code: "organization/locks-you-out",
    params: { rule: "two-factor" },
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects a rule that would lock out the person who sets it, and says what to do", async () => {
  const lockOut = async (security: object, headers = {}) => {
    const before = { ...(await readDatabaseState(t)), sessions: null };
    const response = await edit(security, asOwner, headers);
    expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual(before);
    const { status, code, detail, params } = response.json();
    expect([status, code]).toEqual([409, "organization/locks-you-out"]);
    return [params.rule, detail];
  };
  await asOwner.get(path);
  expect(await lockOut({ requireTwoFactor: true, twoFactorGraceDays: 0 })).toEqual([
    "two-factor",
    expect.stringContaining("Set it up under My account"),
  ]);
  expect(await lockOut({ allowedNetworks: ["192.0.2.0/24"] })).toEqual([
    "network",
    expect.stringContaining("127.0.0.1"),
  ]);
  const from = { "x-forwarded-for": "::ffff:192.0.2.7" };
  expect((await edit({ allowedNetworks: ["192.0.2.0/24"] }, asOwner, from)).statusCode).toBe(200);
  await t.sql("UPDATE organizations SET allowed_networks = '{}' WHERE organization_id = $1", [
    acme.organizationId,
  ]);
  await t.sql("UPDATE accounts SET password_changed_at = $2 WHERE account_id = $1", [
    acme.owner.accountId,
    new Date(t.clock.now().getTime() - 60 * day),
  ]);
  expect(await lockOut({ passwordMaxAgeDays: 60 })).toEqual([
    "password",
    expect.stringContaining("Change it under My account"),
  ]);
  t.clock.advance(6 * minute);
  await asOwner.get(path);
  expect(await lockOut({ sessionIdleMinutes: 5 })).toEqual([
    "session",
    expect.stringContaining("Sign in again"),
  ]);
});

test("of two owners who set rules at once one succeeds and the other gets 412", async () => {
  const other = t.as(await t.user(acme, { roles: ["owner"] }));
  for (let round = 0; round < rounds(8); round += 1) {
    const etag = String((await asOwner.get(path)).headers.etag);
    const days = 2 + (round % 80);
    const settled = await runConcurrently(
      2,
      (at) =>
        [asOwner, other][at]?.patch(
          path,
          { security: at === 0 ? { sessionMaxDays: days } : { passwordMaxAgeDays: 30 + days } },
          { "if-match": etag },
        ) ?? Promise.reject(new Error()),
    );
    const statuses = settled.map((one) => (one.status === "fulfilled" ? one.value.statusCode : 0));
    expect(statuses.toSorted()).toEqual([200, 412]);
  }
});

test("no rules that the server accepts reject the next request of the person who sets them", async () => {
  const address = fc.constantFrom("127.0.0.1", "192.0.2.7", "2001:db8::7");
  const rule = fc.record(
    {
      requireTwoFactor: fc.boolean(),
      twoFactorGraceDays: fc.integer({ min: 0, max: 2 }),
      sessionIdleMinutes: fc.constantFrom(5, 15, 720),
      sessionMaxDays: fc.constantFrom(1, 2, 30),
      passwordMaxAgeDays: fc.constantFrom(null, 30, 60),
      allowedNetworks: fc.subarray(["127.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0"]),
    },
    { requiredKeys: [] },
  );
  const state = fc.record({
    hasFactor: fc.boolean(),
    usedFactor: fc.boolean(),
    passwordDays: fc.constantFrom(0, 29, 30, 60),
    sessionMinutes: fc.constantFrom(0, 4, 5, 14),
    joinedDays: fc.constantFrom(0, 1, 2, 40),
  });
  const ordinary = { hasFactor: false, usedFactor: false, passwordDays: 0, sessionMinutes: 0, joinedDays: 0 };
  const acceptedExample: [string, object, typeof ordinary] = ["127.0.0.1", { sessionMaxDays: 2 }, ordinary];
  const refusedExample: typeof acceptedExample = [
    "192.0.2.7",
    { allowedNetworks: ["2001:db8::/32"] },
    ordinary,
  ];
  let [accepted, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(address, rule, state, async (ip, security, person) => {
      const user = await t.user(acme, { roles: ["owner"] });
      const ago = (days: number) => new Date(t.clock.now().getTime() - days * day);
      await t.sql("UPDATE accounts SET password_changed_at = $2, two_factor = $3 WHERE account_id = $1", [
        user.accountId,
        ago(person.passwordDays),
        person.hasFactor,
      ]);
      await t.sql("UPDATE users SET created_at = $2 WHERE user_id = $1", [
        user.userId,
        ago(person.joinedDays),
      ]);
      await t.sql(
        "UPDATE organizations SET require_two_factor_since = NULL, two_factor_grace_days = 7, session_idle_minutes = 720, session_max_days = 30, password_max_age_days = NULL, allowed_networks = '{}' WHERE organization_id = $1",
        [acme.organizationId],
      );
      const as = t.as(user);
      const from = { "x-forwarded-for": ip };
      await as.get(path, from);
      t.clock.advance(person.sessionMinutes * minute);
      await as.get(path, from);
      await t.sql("UPDATE sessions SET two_factor = $2, authenticated_at = $3 WHERE account_id = $1", [
        user.accountId,
        person.usedFactor && person.hasFactor,
        t.clock.now(),
      ]);
      const response = await edit(security, as, from);
      const next = await as.get(path, from);
      expect(next.statusCode, `${response.body} then ${next.body}`).toBe(200);
      if (response.statusCode === 200) accepted += 1;
      else refused += 1;
    }),
    { numRuns: rounds(80), examples: [acceptedExample, refusedExample] },
  );
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
}, 180_000);
