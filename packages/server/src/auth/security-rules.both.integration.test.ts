/** What an organization requires of sessions is enforced at every request in it, and nowhere else. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";
import { createPanelBrowser } from "../../test/panel-browser.ts";
import { cleanUp } from "../jobs/clean-up.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let t: TestApp;
let acme: TestOrganization;
let elsewhere: TestOrganization;
let ada: TestUser;
let client: ApiClient;

beforeAll(async () => {
  t = await createTestApp({ config: { trustedProxies: ["127.0.0.1"] } });
});
afterAll(() => t.close());
beforeEach(async () => {
  [acme, elsewhere] = [await t.organization(), await t.organization()];
  ada = await t.user(acme, { roles: ["viewer"] });
  await t.user(elsewhere, { sameAccountAs: ada, roles: ["viewer"] });
  client = t.as(ada);
});

const users = (of = acme) => `/organizations/${of.organizationId}/users`;

/** Sets columns of an organization. */
async function set(columns: Readonly<Record<string, unknown>>, of = acme): Promise<void> {
  for (const [column, value] of Object.entries(columns))
    await t.sql(`UPDATE organizations SET ${column} = $2 WHERE organization_id = $1`, [
      of.organizationId,
      value,
    ]);
}

/** Status and code of a request for the users. */
async function request(of = acme, headers = {}, as = client): Promise<unknown> {
  const response = await as.get(users(of), headers);
  return response.statusCode === 200 ? 200 : `${response.statusCode} ${response.json().code}`;
}

/** What `/me` says about an organization. */
async function readMembership(of = acme, headers = {}) {
  const { organizations } = (await client.get("/me", headers)).json<{
    organizations: { id: string; unmetRule: string | null; permissions: string[] }[];
  }>();
  return organizations.find(({ id }) => id === of.organizationId);
}

const setFactors = (account: boolean, session: boolean) =>
  t.sql(
    `WITH a AS (UPDATE accounts SET two_factor = $2 WHERE account_id = $1)
     UPDATE sessions SET two_factor = $3 WHERE account_id = $1`,
    [ada.accountId, account, session],
  );

test("two-factor authentication is required after the grace days, in this organization alone", async () => {
  expect(await request()).toBe(200);
  expect(await readMembership()).toMatchObject({ unmetRule: null, twoFactorDueAt: null });
  await set({ require_two_factor_since: t.clock.now(), two_factor_grace_days: 2 });
  const due = new Date(t.clock.now().getTime() + 2 * day).toISOString();
  expect(await readMembership()).toMatchObject({ unmetRule: null, twoFactorDueAt: due });
  expect(await request()).toBe(200);
  t.clock.advance(2 * day);
  client = t.as(ada);
  expect(await request()).toBe("403 auth/two-factor-required");
  expect(await request(elsewhere)).toBe(200);
  expect((await client.get("/sessions/current")).statusCode).toBe(200);
  expect(await readMembership()).toMatchObject({
    name: acme.name,
    unmetRule: "two-factor",
    twoFactorDueAt: due,
    permissions: [],
    roles: [],
  });
  expect((await readMembership(elsewhere))?.permissions).toContain("users:view");
  await setFactors(true, false);
  expect((await client.get(users())).json()).toMatchObject({
    code: "auth/two-factor-required",
    params: { action: "confirm", organization: acme.name },
  });
  await setFactors(true, true);
  expect(await request()).toBe(200);
  expect(await readMembership()).toMatchObject({ unmetRule: null, twoFactorDueAt: null });
});

test("the grace days of a user who joins later begin then", async () => {
  await set({
    require_two_factor_since: new Date(t.clock.now().getTime() - 30 * day),
    two_factor_grace_days: 1,
  });
  const joined = await t.user(acme, { roles: ["viewer"] });
  expect(await request(acme, {}, t.as(joined))).toBe(200);
  t.clock.advance(day);
  expect(await request(acme, {}, t.as(joined))).toBe("403 auth/two-factor-required");
});

test("where two networks are allowed, requests from elsewhere are rejected in this organization", async () => {
  await set({ allowed_networks: "{192.0.2.0/24,2001:db8::/32}" });
  const addresses: readonly (readonly [forwardedFor: string, expected: unknown])[] = [
    ["192.0.2.7", 200],
    ["192.0.3.7", "403 auth/network"],
    ["::ffff:192.0.2.7", 200],
    ["::ffff:c000:207", 200],
    ["2001:db8:1::7", 200],
    ["2001:db9::7", "403 auth/network"],
    ["fe80::1%eth0", "403 auth/network"],
    ["198.51.100.1, 192.0.2.7", 200],
    ["192.0.2.7, 198.51.100.1", "403 auth/network"],
    ["unknown", "403 auth/network"],
  ];
  for (const [address, expected] of addresses) {
    const from = { "x-forwarded-for": address };
    expect(await request(acme, from), address).toBe(expected);
    expect(await request(elsewhere, from), address).toBe(200);
    expect((await readMembership(acme, from))?.unmetRule).toBe(expected === 200 ? null : "network");
  }
});

test("`/me` names the people to ask about networks, and networks don't apply to API keys", async () => {
  await set({ allowed_networks: "{192.0.2.0/24}" });
  const { email } = acme.owner;
  expect(await readMembership()).toMatchObject({ unmetRule: "network", contacts: [{ email }] });
  expect(await request(acme, {}, t.withKey((await t.apiKey(acme)).key))).toBe(200);
});

test("an old password has to be changed, and changing it is enough", async () => {
  await set({ password_max_age_days: 30 });
  t.clock.advance(30 * day - 1);
  client = t.as(ada);
  expect(await request()).toBe(200);
  t.clock.advance(1);
  expect([await request(), await request(elsewhere)]).toEqual(["403 auth/password-expired", 200]);
  expect((await readMembership())?.unmetRule).toBe("password");
  const change = { currentPassword: "correct horse battery staple", newPassword: "seven green copper gates" };
  expect((await client.post("/me/password", change)).statusCode).toBe(204);
  expect(await request()).toBe(200);
});

test("a session unused for too long doesn't work in the organization, not even after use elsewhere", async () => {
  await set({ session_idle_minutes: 5 });
  expect(await request()).toBe(200);
  t.clock.advance(5 * minute);
  expect(await request()).toBe("401 auth/required");
  expect(await request(elsewhere)).toBe(200);
  expect((await readMembership())?.unmetRule).toBe("session");
  expect([await request(), await request(elsewhere)]).toEqual(["401 auth/required", 200]);
  client = t.as(ada);
  for (let round = 0; round < 4; round += 1) {
    expect(await request()).toBe(200);
    t.clock.advance(5 * minute - 1);
  }
});

test("a session is accepted for as many days as the organization says", async () => {
  await set({ session_max_days: 1 });
  t.clock.advance(-11 * hour);
  client = t.as(ada);
  for (let used = 0; used < 24; used += 8) {
    expect(await request()).toBe(200);
    t.clock.advance(8 * hour);
  }
  expect([await request(), await request(elsewhere)]).toEqual(["401 auth/required", 200]);
});

test("a confirmed password doesn't make a session younger, and accepting an invitation keeps its age", async () => {
  await set({ session_max_days: 1 });
  const step = { password: "correct horse battery staple" };
  expect(await request()).toBe(200);
  for (const hours of [11, 11]) {
    t.clock.advance(hours * hour);
    expect((await client.post("/sessions/current/step-up", step)).statusCode).toBe(204);
  }
  t.clock.advance(2 * hour);
  expect(await request()).toBe("401 auth/required");
});

test("a session lives as long as the most generous organization of the account accepts it", async () => {
  const session = { email: ada.email, password: "correct horse battery staple" };
  await set({ session_idle_minutes: 10_080, session_max_days: 90 });
  const signedIn = await t.anonymous.post("/sessions", session);
  expect(signedIn.json().expiresAt).toBe(new Date(t.clock.now().getTime() + 90 * day).toISOString());
  const { value } = signedIn.cookies.find(({ name }) => name === "gatehouse") ?? { value: "" };
  const get = async (path: string) =>
    (await t.app.inject({ url: `/api/v1${path}`, headers: { cookie: `gatehouse=${value}` } })).statusCode;
  for (let used = 0; used < 84; used += 6) {
    t.clock.advance(6 * day);
    expect(await get(users())).toBe(200);
  }
  await cleanUp(t.deps);
  expect([await get(users()), await get(users(elsewhere)), await get("/me")]).toEqual([200, 401, 200]);
  await set({ session_idle_minutes: 720 });
  expect([await get(users()), await get("/me")]).toEqual([401, 401]);
  const before = await t.sql("SELECT FROM sessions WHERE account_id = $1", [ada.accountId]);
  await cleanUp(t.deps);
  const after = await t.sql("SELECT FROM sessions WHERE account_id = $1", [ada.accountId]);
  expect([before.length, after.length]).toEqual([1, 0]);
});

test("the limits of an organization are copied to accounts that join it", async () => {
  await set({ session_idle_minutes: 5, session_max_days: 2 });
  await t.user(acme);
  const copies = await t.sql(
    "SELECT DISTINCT session_idle_minutes AS idle, session_max_days AS days FROM account_organizations WHERE organization_id = $1",
    [acme.organizationId],
  );
  expect(copies).toEqual([{ idle: 5, days: 2 }]);
});

test("forward authentication, introspection and panel sessions follow the rules", async () => {
  const origin = "https://panel.example.com";
  await set({ panel_origins: `{${origin}}` });
  const panel = createPanelBrowser(t, { organizationId: acme.organizationId, origin }, ada);
  await panel.signIn();
  const token = await t.session(ada);
  const key = t.withKey((await t.apiKey(acme)).key);
  const introspect = async (body: object) =>
    (await key.post(`/organizations/${acme.organizationId}/sessions/introspect`, body)).json().active;
  const forward = async (cookie: string, query = "", address = "127.0.0.1") => {
    const url = `/api/v1/forward-auth?organization=${acme.organizationId}${query}`;
    const response = await t.app.inject({ url, headers: { cookie, "x-forwarded-for": address } });
    return response.statusCode === 200 ? 200 : `${response.statusCode} ${response.json().code}`;
  };
  const own = `gatehouse=${token}`;
  const atPanel = `__Host-gatehouse-panel=${panel.getToken()}`;
  const all = async (address?: string) => [
    await forward(own, "", address),
    await forward(atPanel, `&origin=${origin}`, address),
    await introspect({ token, ...(address === undefined ? {} : { ip: address }) }),
    await introspect({ token: panel.getToken(), origin, ...(address === undefined ? {} : { ip: address }) }),
  ];
  expect(await all()).toEqual([200, 200, true, true]);

  await set({ allowed_networks: "{192.0.2.0/24}" });
  const outside = ["403 auth/network", "403 auth/network", false, false];
  expect(await all()).toEqual(outside);
  expect(await all("192.0.2.7")).toEqual([200, 200, true, true]);
  await set({ allowed_networks: "{}", password_max_age_days: 30 });
  await t.sql("UPDATE accounts SET password_changed_at = $2 WHERE account_id = $1", [
    ada.accountId,
    new Date(t.clock.now().getTime() - 30 * day),
  ]);
  const expired = "403 auth/password-expired";
  expect(await all()).toEqual([expired, expired, false, false]);
  await set({ password_max_age_days: null, session_idle_minutes: 5 });
  t.clock.advance(5 * minute);
  expect(await all()).toEqual(["401 auth/required", "401 auth/required", false, false]);
});

test("a code for a panel is not redeemed once a rule isn't met any more", async () => {
  const origin = "https://panel.example.com";
  await set({ panel_origins: `{${origin}}` });
  const panel = createPanelBrowser(t, { organizationId: acme.organizationId, origin }, ada);
  await panel.startSignIn();
  const code = await panel.requestCode();
  await set({ require_two_factor_since: t.clock.now(), two_factor_grace_days: 0 });
  expect((await panel.finishSignIn(code)).location).toContain("outcome=expired");
  expect(panel.getToken()).toBeNull();
});

test("a write is rejected when a rule is set before its transaction", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const as = t.as(manager);
  await as.get(users()); // records the use of the session
  await set({ require_two_factor_since: t.clock.now(), two_factor_grace_days: 0 });
  const before = await readDatabaseState(t);
  const response = await as.post(`/organizations/${acme.organizationId}/roles`, {
    name: "New",
    permissions: [],
  });
  expect(response.json()).toMatchObject({ status: 403, code: "auth/two-factor-required" });
  expect(await readDatabaseState(t)).toEqual(before);
});
