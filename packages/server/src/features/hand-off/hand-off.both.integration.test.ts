/** Signing in to a panel on another host, step by step, as a browser is led through it. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createVisitor, type Step, type Visitor } from "../../../test/panel-visitor.ts";
import { raceTogether } from "../../../test/race-together.ts";
import { stateOf } from "../../../test/state-of.ts";

const origin = "https://panel.example.com";
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let visitor: Visitor;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
  await register([origin]);
  visitor = createVisitor(t, { organizationId: acme.organizationId, origin }, person);
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

test("whoever is signed in to Gatehouse is signed in to the panel, on the page that they wanted", async () => {
  const begun = await visitor.begin("/campaigns?status=draft&page=2");
  const handOff = new URL(begun.location);
  expect(`${handOff.origin}${handOff.pathname}`).toBe("http://127.0.0.1:3000/hand-off");
  expect(begun.setCookie).toMatch(
    /^__Host-gatehouse-state=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  const state = begun.setCookie.slice("__Host-gatehouse-state=".length, begun.setCookie.indexOf(";"));
  expect(begun.location).not.toContain(state);

  const code = await visitor.askForCode();
  expect(code).toMatch(/^[\w-]{43}$/);
  expect(await rows()).toMatchObject([{ user_id: person.userId, code_hash: sha256(code), token_hash: null }]);

  const finished = await visitor.finish(code);
  expect(finished.location).toBe(`${origin}/campaigns?status=draft&page=2`);
  expect(finished.setCookie).toMatch(
    /^__Host-gatehouse-panel=ghp_[0-9a-f]{32}_[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(await rows()).toMatchObject([{ token_hash: sha256(visitor.token() ?? "") }]);
  expect(await visitor.userThere()).toBe(person.userId);
});

const expired = "http://127.0.0.1:3000/hand-off?outcome=expired";

/** Runs a step that has to be refused: nobody is signed in, and nothing in the database moves. */
async function expectRefused(step: () => Promise<Step>): Promise<void> {
  const before = await stateOf(t);
  expect(await step()).toEqual({ status: 302, location: expired, setCookie: "" });
  expect(await stateOf(t)).toEqual(before);
}

/** Presents a code in a way that doesn't fit: nobody is signed in, and the code is worth nothing from then on. */
async function expectUsedUp(code: string, present: () => Promise<Step>): Promise<void> {
  const before = await stateOf(t);
  expect(await present()).toEqual({ status: 302, location: expired, setCookie: "" });
  const [row] = await t.sql("SELECT code_used_at, token_hash FROM panel_sessions WHERE code_hash = $1", [
    sha256(code),
  ]);
  expect(row).toEqual({ code_used_at: t.clock.now(), token_hash: null });
  expect({ ...(await stateOf(t)), panel_sessions: null }).toEqual({ ...before, panel_sessions: null });
  await expectRefused(() => visitor.finish(code));
}

test("a code works once", async () => {
  await visitor.begin();
  const code = await visitor.askForCode();
  await visitor.finish(code);
  await expectRefused(() => visitor.finish(code));
});

test("a code works for a minute", async () => {
  await visitor.begin();
  const [early, late] = [await visitor.askForCode(), await visitor.askForCode()];
  t.clock.advance(59_999);
  expect((await visitor.finish(early)).location).toBe(`${origin}/campaigns`);
  t.clock.advance(1);
  await expectUsedUp(late, () => visitor.finish(late));
});

test("of eight browsers' tabs that redeem one code at once, one gets a session", async () => {
  await visitor.begin();
  const code = await visitor.askForCode();
  const steps = await raceTogether(8, () => visitor.finish(code));
  const locations = steps.map((step) => (step.status === "fulfilled" ? step.value.location : step.reason));
  expect(locations.toSorted()).toEqual([...Array(7).fill(expired), `${origin}/campaigns`]);
  expect(await rows()).toMatchObject([{ token_hash: expect.any(String) }]);
  const events = await t.sql(
    "SELECT FROM audit_events WHERE organization_id = $1 AND action = 'panels.signed-in'",
    [acme.organizationId],
  );
  expect(events).toHaveLength(1);
});

test("a code dies with the first browser that presents it without its state, or at another panel", async () => {
  await register([origin, "https://other.example.com"]);
  const { organizationId } = acme;
  const victim = createVisitor(t, { organizationId, origin }, person);
  const elsewhere = createVisitor(t, { organizationId, origin: "https://other.example.com" }, person);
  await visitor.begin();
  const code = await visitor.askForCode();
  await expectUsedUp(code, () => victim.finish(code)); // never began
  await victim.begin();
  const second = await visitor.askForCode();
  await expectUsedUp(second, () => victim.finish(second)); // began with another state
  for (const [name, value] of visitor.cookies) elsewhere.cookies.set(name, value);
  const third = await visitor.askForCode();
  await expectUsedUp(third, () => elsewhere.finish(third));
  expect(await rows()).toMatchObject([{ token_hash: null }, { token_hash: null }, { token_hash: null }]);
});

test("a browser that kept no state redeems nothing, whatever state the code was made for", async () => {
  const begun = await visitor.begin();
  const ofNothing = createHash("sha256").update("").digest("base64url");
  const answer = await t.as(person).post(`/organizations/${acme.organizationId}/hand-offs`, {
    origin,
    state: ofNothing,
    consent: true,
  });
  const code = new URL(answer.json<{ location: string }>().location).searchParams.get("code") ?? "";
  expect(begun.status).toBe(302);
  visitor.cookies.clear();
  await expectUsedUp(code, () => visitor.finish(code));
});

test("of eight that present a code at once, one of them rightly, at most one gets a session and none another try", async () => {
  await visitor.begin();
  const victim = createVisitor(t, { organizationId: acme.organizationId, origin }, person);
  const code = await visitor.askForCode();
  let turn = 0;
  await raceTogether(8, () => (turn++ === 4 ? visitor : victim).finish(code));
  const [row] = await rows();
  expect(row).toMatchObject({ code_used_at: t.clock.now() });
  expect(await visitor.userThere()).toBe(row?.["token_hash"] === null ? null : person.userId);
  await expectRefused(() => visitor.finish(code));
});

test("what isn't a code, or is one of another organization, changes nothing", async () => {
  const elsewhere = await t.organization();
  await visitor.begin();
  const code = await visitor.askForCode();
  const other = createVisitor(t, { organizationId: elsewhere.organizationId, origin }, person);
  for (const [name, value] of visitor.cookies) other.cookies.set(name, value);
  await expectRefused(() => other.finish(code));
  for (const rubbish of ["", "x", `${code}x`, "%00"]) await expectRefused(() => visitor.finish(rubbish));
  expect((await visitor.finish(code)).location).toBe(`${origin}/campaigns`);
});

test("several windows that begin at once all arrive; the browser keeps one session at the panel", async () => {
  const first = await visitor.begin("/one");
  const one = await visitor.askForCode();
  const second = await visitor.begin("/two");
  expect(second.setCookie.slice(0, 66)).toBe(first.setCookie.slice(0, 66));
  const two = await visitor.askForCode();
  await visitor.finish(two);
  await visitor.finish(one);
  expect(await rows()).toHaveLength(1);
  expect(await visitor.userThere()).toBe(person.userId);
});

test("a panel that isn't registered gets no code", async () => {
  await register(["https://panel.example.com:8443", "https://example.com", "http://localhost"]);
  await visitor.begin();
  const before = { ...(await stateOf(t)), sessions: null };
  const refused = await visitor.askForLocation();
  expect([refused.statusCode, refused.json()]).toEqual([
    409,
    expect.objectContaining({ code: "hand-offs/unknown-panel", params: { origin } }),
  ]);
  expect({ ...(await stateOf(t)), sessions: null }).toEqual(before);
});

test("a panel that is taken off the list, a user who is suspended or leaves, a session that ends: the code is dead", async () => {
  const { organizationId } = acme;
  for (const [end, mend] of [
    [() => register([]), () => register([origin])],
    [
      () => t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [person.userId]),
      () => t.sql("UPDATE users SET status = 'active' WHERE user_id = $1", [person.userId]),
    ],
    [() => t.sql("DELETE FROM sessions WHERE account_id = $1", [person.accountId]), async () => undefined],
  ] as const) {
    await visitor.begin();
    const code = await visitor.askForCode();
    await end();
    expect((await visitor.finish(code)).location).toBe(expired);
    await mend();
    await expectRefused(() => visitor.finish(code));
  }
  const leaver = await t.user(acme);
  const browser = createVisitor(t, { organizationId, origin }, leaver);
  await browser.begin();
  const code = await browser.askForCode();
  await t.sql("DELETE FROM users WHERE user_id = $1", [leaver.userId]);
  await expectRefused(() => browser.finish(code));
});

test("strangers, suspended users, keys and other sites get no code", async () => {
  const stranger = (await t.organization()).owner;
  const suspended = await t.user(acme, { roles: ["owner"], status: "suspended" });
  await visitor.begin();
  const key = t.withKey((await t.apiKey(acme)).key);
  const before = { ...(await stateOf(t)), sessions: null };
  for (const [as, status, code] of [
    [t.as(stranger), 404, "not-found"],
    [t.as(suspended), 401, "auth/suspended"],
    [t.anonymous, 401, "auth/required"],
    [key, 401, "auth/required"],
  ] as const) {
    const answer = await visitor.askForLocation(as);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  }
  const own = t.as(person);
  const foreign = await own.post(
    `/organizations/${acme.organizationId}/hand-offs`,
    { origin, state: "s".repeat(43) },
    { origin },
  );
  expect(foreign.json().code).toBe("forbidden/origin"); // the panel itself can't ask either
  expect({ ...(await stateOf(t)), sessions: null }).toEqual(before);
});

test("a proxy that names the panel wrongly is told how", async () => {
  const id = acme.organizationId;
  for (const query of [
    "",
    `?organization=${id}`,
    `?organization=x&origin=${origin}`,
    `?organization=${id}&origin=x`,
  ]) {
    const answer = await t.app.inject({ url: `/api/v1/hand-off/sign-in${query}` });
    expect([answer.statusCode, answer.json().code]).toEqual([422, "request/invalid"]);
  }
});

test("on plain http, for a panel on loopback, the cookies have plain names", async () => {
  const local = "http://localhost:4000";
  await register([local]);
  const browser = createVisitor(t, { organizationId: acme.organizationId, origin: local }, person);
  expect((await browser.begin()).setCookie).toMatch(
    /^gatehouse-state=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );
  const { setCookie } = await browser.finish(await browser.askForCode());
  expect(setCookie).toMatch(/^gatehouse-panel=ghp_[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  expect(await browser.userThere()).toBe(person.userId);
});
