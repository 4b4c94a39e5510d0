/** Signing in to a panel on another host, redirect by redirect. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { type BrowserStep, createPanelBrowser, type PanelBrowser } from "../../../test/panel-browser.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const origin = "https://panel.example.com";
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let visitorBrowser: PanelBrowser;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
  await register([origin]);
  visitorBrowser = createPanelBrowser(t, { organizationId: acme.organizationId, origin }, person);
});

const register = (origins: readonly string[]) =>
  t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    origins,
    acme.organizationId,
  ]);
const rows = () =>
  t.sql("SELECT * FROM panel_sessions WHERE organization_id = $1 ORDER BY panel_session_id", [
    acme.organizationId,
  ]);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("signs a user in to the panel and redirects to the requested page", async () => {
  const started = await visitorBrowser.startSignIn("/campaigns?status=draft&page=2");
  const handOff = new URL(started.location);
  expect(`${handOff.origin}${handOff.pathname}`).toBe("http://127.0.0.1:3000/hand-off");
  expect(started.setCookie).toMatch(
    /^__Host-gatehouse-state=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  const state = started.setCookie.slice("__Host-gatehouse-state=".length, started.setCookie.indexOf(";"));
  expect(started.location).not.toContain(state);

  const code = await visitorBrowser.requestCode();
  expect(code).toMatch(/^[\w-]{43}$/);
  expect(await rows()).toMatchObject([{ user_id: person.userId, code_hash: sha256(code), token_hash: null }]);

  const finished = await visitorBrowser.finishSignIn(code);
  expect(finished.location).toBe(`${origin}/campaigns?status=draft&page=2`);
  expect(finished.setCookie).toMatch(
    /^__Host-gatehouse-panel=ghp_[0-9a-f]{32}_[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(await rows()).toMatchObject([{ token_hash: sha256(visitorBrowser.getToken() ?? "") }]);
  expect(await visitorBrowser.getForwardedUserId()).toBe(person.userId);
});

const expiredUrl = "http://127.0.0.1:3000/hand-off?outcome=expired";

/** Expects a step to fail without a session or a change in the database. */
async function expectRejected(step: () => Promise<BrowserStep>): Promise<void> {
  const before = await readDatabaseState(t);
  expect(await step()).toEqual({ status: 302, location: expiredUrl, setCookie: "" });
  expect(await readDatabaseState(t)).toEqual(before);
}

/** Expects a step with a valid code to fail and to use up the code. */
async function expectUsedUp(code: string, present: () => Promise<BrowserStep>): Promise<void> {
  const before = await readDatabaseState(t);
  expect(await present()).toEqual({ status: 302, location: expiredUrl, setCookie: "" });
  const [row] = await t.sql("SELECT code_used_at, token_hash FROM panel_sessions WHERE code_hash = $1", [
    sha256(code),
  ]);
  expect(row).toEqual({ code_used_at: t.clock.now(), token_hash: null });
  expect({ ...(await readDatabaseState(t)), panel_sessions: null }).toEqual({
    ...before,
    panel_sessions: null,
  });
  await expectRejected(() => visitorBrowser.finishSignIn(code));
}

test("a code works once", async () => {
  await visitorBrowser.startSignIn();
  const code = await visitorBrowser.requestCode();
  await visitorBrowser.finishSignIn(code);
  await expectRejected(() => visitorBrowser.finishSignIn(code));
});

test("a code works for a minute", async () => {
  await visitorBrowser.startSignIn();
  const [early, late] = [await visitorBrowser.requestCode(), await visitorBrowser.requestCode()];
  t.clock.advance(59_999);
  expect((await visitorBrowser.finishSignIn(early)).location).toBe(`${origin}/campaigns`);
  t.clock.advance(1);
  await expectUsedUp(late, () => visitorBrowser.finishSignIn(late));
});

test("only one of eight concurrent requests with the same code gets a session", async () => {
  await visitorBrowser.startSignIn();
  const code = await visitorBrowser.requestCode();
  const steps = await runConcurrently(8, () => visitorBrowser.finishSignIn(code));
  const locations = steps.map((step) => (step.status === "fulfilled" ? step.value.location : step.reason));
  expect(locations.toSorted()).toEqual([...Array(7).fill(expiredUrl), `${origin}/campaigns`]);
  expect(await rows()).toMatchObject([{ token_hash: expect.any(String) }]);
  const events = await t.sql(
    "SELECT FROM audit_events WHERE organization_id = $1 AND action = 'panels.signed-in'",
    [acme.organizationId],
  );
  expect(events).toHaveLength(1);
});

test("a code presented without its state, or at another panel, is used up", async () => {
  await register([origin, "https://other.example.com"]);
  const { organizationId } = acme;
  const otherBrowser = createPanelBrowser(t, { organizationId, origin }, person);
  const elsewhere = createPanelBrowser(t, { organizationId, origin: "https://other.example.com" }, person);
  await visitorBrowser.startSignIn();
  const code = await visitorBrowser.requestCode();
  await expectUsedUp(code, () => otherBrowser.finishSignIn(code)); // never started
  await otherBrowser.startSignIn();
  const second = await visitorBrowser.requestCode();
  await expectUsedUp(second, () => otherBrowser.finishSignIn(second)); // started with another state
  for (const [name, value] of visitorBrowser.cookies) elsewhere.cookies.set(name, value);
  const third = await visitorBrowser.requestCode();
  await expectUsedUp(third, () => elsewhere.finishSignIn(third));
  expect(await rows()).toMatchObject([{ token_hash: null }, { token_hash: null }, { token_hash: null }]);
});

test("a browser without a state cookie can't redeem a code, even one for an empty state", async () => {
  const started = await visitorBrowser.startSignIn();
  const ofNothing = createHash("sha256").update("").digest("base64url");
  const response = await t.as(person).post(`/organizations/${acme.organizationId}/hand-offs`, {
    origin,
    state: ofNothing,
    consent: true,
  });
  const code = new URL(response.json<{ location: string }>().location).searchParams.get("code") ?? "";
  expect(started.status).toBe(302);
  visitorBrowser.cookies.clear();
  await expectUsedUp(code, () => visitorBrowser.finishSignIn(code));
});

test("of eight concurrent requests, one with the right state, at most one gets a session and the code is used up", async () => {
  await visitorBrowser.startSignIn();
  const otherBrowser = createPanelBrowser(t, { organizationId: acme.organizationId, origin }, person);
  const code = await visitorBrowser.requestCode();
  let turn = 0;
  await runConcurrently(8, () => (turn++ === 4 ? visitorBrowser : otherBrowser).finishSignIn(code));
  const [row] = await rows();
  expect(row).toMatchObject({ code_used_at: t.clock.now() });
  expect(await visitorBrowser.getForwardedUserId()).toBe(row?.["token_hash"] === null ? null : person.userId);
  await expectRejected(() => visitorBrowser.finishSignIn(code));
});

test("an invalid code, or one of another organization, changes nothing", async () => {
  const elsewhere = await t.organization();
  await visitorBrowser.startSignIn();
  const code = await visitorBrowser.requestCode();
  const other = createPanelBrowser(t, { organizationId: elsewhere.organizationId, origin }, person);
  for (const [name, value] of visitorBrowser.cookies) other.cookies.set(name, value);
  await expectRejected(() => other.finishSignIn(code));
  for (const rubbish of ["", "x", `${code}x`, "%00"])
    await expectRejected(() => visitorBrowser.finishSignIn(rubbish));
  expect((await visitorBrowser.finishSignIn(code)).location).toBe(`${origin}/campaigns`);
});

test("several windows can sign in at the same time; the browser has one session at the panel", async () => {
  const first = await visitorBrowser.startSignIn("/one");
  const one = await visitorBrowser.requestCode();
  const second = await visitorBrowser.startSignIn("/two");
  expect(second.setCookie.slice(0, 66)).toBe(first.setCookie.slice(0, 66));
  const two = await visitorBrowser.requestCode();
  await visitorBrowser.finishSignIn(two);
  await visitorBrowser.finishSignIn(one);
  expect(await rows()).toHaveLength(1);
  expect(await visitorBrowser.getForwardedUserId()).toBe(person.userId);
});

test("an unregistered panel gets no code", async () => {
  await register(["https://panel.example.com:8443", "https://example.com", "http://localhost"]);
  await visitorBrowser.startSignIn();
  const before = { ...(await readDatabaseState(t)), sessions: null };
  const refused = await visitorBrowser.requestHandOff();
  expect([refused.statusCode, refused.json()]).toEqual([
    409,
    expect.objectContaining({ code: "hand-offs/unknown-panel", params: { origin } }),
  ]);
  expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual(before);
});

test("a code is invalid after its panel was unlisted, its user suspended or removed, or its session ended", async () => {
  const { organizationId } = acme;
  for (const [revoke, restore] of [
    [() => register([]), () => register([origin])],
    [
      () => t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [person.userId]),
      () => t.sql("UPDATE users SET status = 'active' WHERE user_id = $1", [person.userId]),
    ],
    [() => t.sql("DELETE FROM sessions WHERE account_id = $1", [person.accountId]), async () => undefined],
  ] as const) {
    await visitorBrowser.startSignIn();
    const code = await visitorBrowser.requestCode();
    await revoke();
    expect((await visitorBrowser.finishSignIn(code)).location).toBe(expiredUrl);
    await restore();
    await expectRejected(() => visitorBrowser.finishSignIn(code));
  }
  const leaver = await t.user(acme);
  const browser = createPanelBrowser(t, { organizationId, origin }, leaver);
  await browser.startSignIn();
  const code = await browser.requestCode();
  await t.sql("DELETE FROM users WHERE user_id = $1", [leaver.userId]);
  await expectRejected(() => browser.finishSignIn(code));
});

test("other organizations, suspended users, API keys and other origins get no code", async () => {
  const stranger = (await t.organization()).owner;
  const suspended = await t.user(acme, { roles: ["owner"], status: "suspended" });
  await visitorBrowser.startSignIn();
  const key = t.withKey((await t.apiKey(acme)).key);
  const before = { ...(await readDatabaseState(t)), sessions: null };
  for (const [as, status, code] of [
    [t.as(stranger), 404, "not-found"],
    [t.as(suspended), 401, "auth/suspended"],
    [t.anonymous, 401, "auth/required"],
    [key, 401, "auth/required"],
  ] as const) {
    const response = await visitorBrowser.requestHandOff(as);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
  }
  const own = t.as(person);
  const foreign = await own.post(
    `/organizations/${acme.organizationId}/hand-offs`,
    { origin, state: "s".repeat(43) },
    { origin },
  );
  expect(foreign.json().code).toBe("forbidden/origin"); // also for the panel's own origin
  expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual(before);
});

test("rejects invalid panel parameters", async () => {
  const id = acme.organizationId;
  for (const query of [
    "",
    `?organization=${id}`,
    `?organization=x&origin=${origin}`,
    `?organization=${id}&origin=x`,
  ]) {
    const response = await t.app.inject({ url: `/api/v1/hand-off/sign-in${query}` });
    expect([response.statusCode, response.json().code]).toEqual([422, "request/invalid"]);
  }
});

test("cookies of a panel on loopback with plain http have no prefix", async () => {
  const local = "http://localhost:4000";
  await register([local]);
  const browser = createPanelBrowser(t, { organizationId: acme.organizationId, origin: local }, person);
  expect((await browser.startSignIn()).setCookie).toMatch(
    /^gatehouse-state=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );
  const { setCookie } = await browser.finishSignIn(await browser.requestCode());
  expect(setCookie).toMatch(/^gatehouse-panel=ghp_[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  expect(await browser.getForwardedUserId()).toBe(person.userId);
});
