/** Panel sessions: where their tokens are valid, and what ends them. */
import * as contract from "@gatehouse/sdk/contract";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { validPassword } from "../../../test/invitations.ts";
import { createPanelBrowser, type PanelBrowser } from "../../../test/panel-browser.ts";

const origin = "https://panel.example.com";
const other = "https://other.example.com";
const hour = 3_600_000;
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let browser: PanelBrowser;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
  await register([origin, other]);
  browser = createPanelBrowser(t, { organizationId: acme.organizationId, origin }, person);
  await browser.signIn();
});

const register = (origins: readonly string[]) =>
  t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    origins,
    acme.organizationId,
  ]);
const token = () => browser.getToken() ?? "";

async function introspect(body: object, organization = acme): Promise<unknown> {
  const { key } = await t.apiKey(organization, { permissions: ["users:view"] });
  const path = `/organizations/${organization.organizationId}/sessions/introspect`;
  return (await t.withKey(key).post(path, body)).json();
}

test("introspection with a key of the organization returns the user, for that panel only", async () => {
  expect(await introspect({ token: token(), origin })).toMatchObject({
    active: true,
    user: { id: person.userId, accountId: person.accountId, name: person.name, email: person.email },
  });
  const elsewhere = await t.organization();
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    [origin],
    elsewhere.organizationId,
  ]);
  await t.user(elsewhere, { sameAccountAs: person });
  const inactive = { active: false };
  expect(await introspect({ token: token(), origin }, elsewhere)).toEqual(inactive);
  expect(await introspect({ token: token(), origin: other })).toEqual(inactive);
  expect(await introspect({ token: token() })).toEqual(inactive);
  expect(await introspect({ token: `${token().slice(0, -1)}_`, origin })).toEqual(inactive);
  expect(await introspect({ token: await t.session(person), origin })).toMatchObject({ active: true });
});

test("introspection for an unlisted panel is inactive, also with Gatehouse's own cookie", async () => {
  const own = await t.session(person); // on one host, ports share cookies
  const inactive = { active: false };
  expect(await introspect({ token: own, origin: "http://localhost:4000" })).toEqual(inactive);
  expect(await introspect({ token: own, origin: testOrigin })).toMatchObject({ active: true });
  expect(await introspect({ token: own, origin })).toMatchObject({ active: true });
  await register([other]);
  expect(await introspect({ token: own, origin })).toEqual(inactive);
});

test("forward authentication for another panel, or without an origin, rejects the token", async () => {
  const forwardAuth = async (query: string, cookie: string) =>
    (
      await t.app.inject({
        url: `/api/v1/forward-auth?organization=${acme.organizationId}${query}`,
        headers: { cookie },
      })
    ).statusCode;
  const cookie = `__Host-gatehouse-panel=${token()}`;
  expect(await forwardAuth(`&origin=${origin}`, cookie)).toBe(200);
  expect(await forwardAuth(`&origin=${other}`, cookie)).toBe(401);
  expect(await forwardAuth("", cookie)).toBe(401);
  expect(await forwardAuth(`&origin=${origin}`, `gatehouse-panel=${token()}`)).toBe(401); // a subdomain could set that
  expect(await forwardAuth(`&origin=${origin}`, `gatehouse=${await t.session(person)}`)).toBe(200);
  expect(await forwardAuth("&origin=panel", cookie)).toBe(422);
});

test("forward authentication takes one round trip with one statement", async () => {
  await browser.getForwardedUserId(); // fills the catalogue cache and records the use
  const listStatements = async (): Promise<readonly string[]> => {
    const sent = vi.spyOn(pg.Client.prototype, "query");
    try {
      expect(await browser.getForwardedUserId()).toBe(person.userId);
      const texts = sent.mock.calls.map(([query]) => String((query as { text?: string }).text ?? query));
      // Connection checks and notifications of the sign-in read no table.
      return texts.filter((text) => /\b(?:FROM|INTO|UPDATE) (?!unnest)|; execute "/.test(text));
    } finally {
      sent.mockRestore();
    }
  };
  // Polls until the statement is prepared.
  await expect
    .poll(listStatements)
    .toEqual([expect.stringMatching(/^set transaction read only; .*; execute "/)]);
});

/** The owner suspends or removes the user, whose Gatehouse session stays because of another organization. */
async function suspendOrRemove(method: "patch" | "delete"): Promise<void> {
  await t.user(await t.organization(), { sameAccountAs: person });
  const path = `/organizations/${acme.organizationId}/users/${person.userId}`;
  const asOwner = t.as(acme.owner);
  const ifMatch = { "if-match": String((await asOwner.get(path)).headers.etag) };
  const response =
    method === "delete"
      ? await asOwner.delete(path, ifMatch)
      : await asOwner.patch(path, { status: "suspended" }, ifMatch);
  expect(response.statusCode, response.body).toBeLessThan(300);
  const sessions = await t.sql("SELECT FROM sessions WHERE account_id = $1", [person.accountId]);
  expect(sessions.length).toBeGreaterThan(0);
}

/** Everything that ends a panel session. */
const endings: Readonly<Record<string, () => Promise<unknown>>> = {
  "signing out in Gatehouse": () => t.sql("DELETE FROM sessions WHERE account_id = $1", [person.accountId]),
  "signing out everywhere": () => t.as(person).delete("/sessions"),
  "ending the person's sessions": () =>
    t.as(acme.owner).delete(`/organizations/${acme.organizationId}/users/${person.userId}/sessions`),
  "changing the password elsewhere": () =>
    t.as(person).post("/me/password", {
      currentPassword: "correct horse battery staple",
      newPassword: `${validPassword} once more`,
    }),
  suspension: () => suspendOrRemove("patch"),
  removal: () => suspendOrRemove("delete"),
  "taking the panel off the list": () => register([other]),
  "twelve idle hours": async () => t.clock.advance(12 * hour),
};

test.each(Object.keys(endings))(
  "%s ends a panel session immediately, for the proxy and the SDK",
  async (ending) => {
    expect(await browser.getForwardedUserId()).toBe(person.userId);
    await endings[ending]?.();
    expect(await browser.getForwardedUserId()).toBeNull();
    expect(await introspect({ token: token(), origin })).toEqual({ active: false });
  },
);

test("using a panel session extends the Gatehouse session, up to thirty days", async () => {
  for (let hours = 0; hours < 30 * 24 - 10; hours += 10) {
    t.clock.advance(10 * hour);
    if (hours % 240 === 0) expect(await browser.getForwardedUserId()).toBe(person.userId);
    else await t.sql("UPDATE sessions SET last_seen_at = $1", [t.clock.now()]);
  }
  t.clock.advance(10 * hour);
  expect(await browser.getForwardedUserId()).toBeNull();
});

test("a panel session is not valid for Gatehouse's own API", async () => {
  const exported: readonly unknown[] = Object.values(contract);
  const operations = exported.filter(
    (value): value is contract.Endpoint =>
      typeof value === "object" && value !== null && "operationId" in value,
  );
  const open = [
    "getSetup",
    "lookUpSetup",
    "setUp",
    "signIn",
    "signInWithSecondFactor",
    "createSignInOptions",
    "signInWithPasskey",
    "getSessionStatus",
    "lookUpInvitation",
    "acceptInvitation",
    "requestPasswordReset",
    "lookUpPasswordReset",
    "completePasswordReset",
    "confirmEmailChange",
    "cancelEmailChange",
    "reportSignIn",
  ];
  const closed = operations.filter(({ operationId }) => !open.includes(operationId));
  expect(closed.length).toBeGreaterThan(50);
  const cookie = ["__Host-gatehouse", "gatehouse", "__Host-gatehouse-panel", "gatehouse-panel"]
    .map((name) => `${name}=${token()}`)
    .join("; ");
  for (const { method, path, operationId } of closed) {
    const url = `/api/v1${path.replaceAll(/:(\w+)/g, (_, name) => (name === "organizationId" ? acme.organizationId : person.userId))}`;
    const expected = path.startsWith("/operator/") ? 404 : 401; // this installation has no OPERATOR_TOKEN
    for (const headers of [{ cookie, origin: testOrigin }, { authorization: `Bearer ${token()}` }])
      expect((await t.app.inject({ method, url, headers })).statusCode, operationId).toBe(expected);
  }
  const status = await t.app.inject({ url: "/api/v1/sessions/status", headers: { cookie } });
  expect(status.json()).toMatchObject({ session: null });
  const evaluation = await t.app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${token()}` },
    payload: {
      subject: { type: "user", id: person.userId },
      action: { name: "users:view" },
      resource: { type: "organization", id: acme.organizationId },
    },
  });
  expect(evaluation.statusCode).toBe(401);
});

test("signing out at the panel ends that panel's session only, and is in the audit log", async () => {
  const second = createPanelBrowser(t, { organizationId: acme.organizationId, origin: other }, person);
  await second.signIn();
  for (const headers of [{}, { origin: other }, { origin: testOrigin }, { origin: "null" }])
    expect((await browser.signOut(headers)).status).toBe(403);
  expect(await browser.getForwardedUserId()).toBe(person.userId);
  const ended = token();
  const left = await browser.signOut();
  expect([left.status, left.setCookie]).toEqual([
    204,
    "__Host-gatehouse-panel=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax",
  ]);
  expect(await introspect({ token: ended, origin })).toEqual({ active: false });
  expect(await second.getForwardedUserId()).toBe(person.userId);
  expect((await browser.signOut()).status).toBe(204);
  const events = await t.sql(
    "SELECT action, actor_id, target_type, target_id, target_name, ip FROM audit_events WHERE organization_id = $1 AND action LIKE 'panels.%' ORDER BY sequence",
    [acme.organizationId],
  );
  const common = { actor_id: person.userId, target_type: "panel", target_id: null, ip: "127.0.0.1" };
  expect(events).toEqual([
    { ...common, action: "panels.consented", target_name: origin },
    { ...common, action: "panels.signed-in", target_name: origin },
    { ...common, action: "panels.consented", target_name: other },
    { ...common, action: "panels.signed-in", target_name: other },
    { ...common, action: "panels.signed-out", target_name: origin },
  ]);
});

test("the database rejects invalid panel origins", async () => {
  for (const wrong of [
    "panel.example.com",
    "http://panel.example.com",
    "https://panel.example.com/",
    "https://panel.example.com/x",
    "https://PANEL.example.com",
    "https://*.example.com",
    "https://a@b.example.com",
    "ftp://localhost",
    "null",
    "",
  ])
    await expect(register([origin, wrong]), wrong).rejects.toThrow("panel_origins");
  await expect(register(Array.from({ length: 51 }, (_, n) => `https://p${n}.example.com`))).rejects.toThrow(
    "panel_origins",
  );
  await register([]);
  await register([
    "https://xn--bcher-kva.example:8443",
    "http://app.localhost",
    "http://127.0.0.1:3000",
    "http://[::1]:1",
  ]);
});
