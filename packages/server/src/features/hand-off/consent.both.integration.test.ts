/** A user consents once before a panel receives their data. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createPanelBrowser, type PanelBrowser } from "../../../test/panel-browser.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const origin = "https://panel.example.com";
const other = "https://other.example.com";
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let browserAtPanel: PanelBrowser;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
  await register([origin, other]);
  browserAtPanel = at(origin);
  await browserAtPanel.startSignIn();
});

const at = (panel: string, user = person) =>
  createPanelBrowser(t, { organizationId: acme.organizationId, origin: panel }, user);
const register = (origins: readonly string[]) =>
  t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    origins,
    acme.organizationId,
  ]);
const consents = () =>
  t.sql("SELECT user_id, origin FROM panel_consents WHERE organization_id = $1 ORDER BY origin, user_id", [
    acme.organizationId,
  ]);
const panelEvents = () =>
  t.sql(
    "SELECT action, actor_id, target_name FROM audit_events WHERE organization_id = $1 AND action LIKE 'panels.%' ORDER BY sequence",
    [acme.organizationId],
  );

/** Whether a hand-off needs consent. */
async function needsConsent(browser: PanelBrowser): Promise<boolean> {
  await browser.startSignIn();
  const response = await browser.requestHandOff(undefined, undefined, { consent: false });
  return response.statusCode === 409 && response.json().code === "hand-offs/consent-required";
}

test("the first visit needs consent, and changes nothing before", async () => {
  await browserAtPanel.requestHandOff(undefined, undefined, { consent: false }); // records the use of the session
  const before = await readDatabaseState(t);
  const response = await browserAtPanel.requestHandOff(undefined, undefined, { consent: false });
  expect(response.json()).toMatchObject({
    status: 409,
    code: "hand-offs/consent-required",
    detail: expect.stringContaining(origin),
    params: { origin },
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("stores consent per user and panel, with one audit event", async () => {
  await browserAtPanel.signIn();
  await browserAtPanel.signIn();
  expect(await needsConsent(browserAtPanel)).toBe(false);
  expect(await browserAtPanel.getForwardedUserId()).toBe(person.userId);
  expect(await consents()).toEqual([{ user_id: person.userId, origin }]);
  const [agreed, ...rest] = await panelEvents();
  expect(agreed).toEqual({ action: "panels.consented", actor_id: person.userId, target_name: origin });
  expect(rest.map(({ action }) => action)).toEqual(["panels.signed-in", "panels.signed-in"]);
  expect(await needsConsent(at(other))).toBe(true);
  expect(await needsConsent(at(origin, await t.user(acme)))).toBe(true);
});

test("unlisting a panel ends its sessions and deletes consents", async () => {
  await browserAtPanel.signIn();
  await at(other).signIn();
  await register([other]);
  expect(await consents()).toEqual([{ user_id: person.userId, origin: other }]);
  expect(await browserAtPanel.getForwardedUserId()).toBeNull();
  await register([origin, other]);
  expect(await browserAtPanel.getForwardedUserId()).toBeNull();
  expect(await needsConsent(browserAtPanel)).toBe(true);
  expect(await needsConsent(at(other))).toBe(false);
});

test("removing an origin in the settings deletes its consents", async () => {
  await browserAtPanel.signIn();
  const path = `/organizations/${acme.organizationId}`;
  const asOwner = t.as(acme.owner);
  const ifMatch = { "if-match": String((await asOwner.get(path)).headers.etag) };
  expect((await asOwner.patch(path, { panelOrigins: [other] }, ifMatch)).statusCode).toBe(200);
  expect(await consents()).toEqual([]);
});

test("removing a user deletes their consents, but not those in another organization", async () => {
  const elsewhere = await t.organization();
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    [origin],
    elsewhere.organizationId,
  ]);
  const same = await t.user(elsewhere, { sameAccountAs: person });
  const there = createPanelBrowser(t, { organizationId: elsewhere.organizationId, origin }, same);
  expect(await needsConsent(there)).toBe(true);
  await there.signIn();
  await browserAtPanel.signIn();
  await t.sql("DELETE FROM users WHERE user_id = $1", [person.userId]);
  expect(await consents()).toEqual([]);
  await register([]);
  expect(await needsConsent(there)).toBe(false);
});

test("consent to an unlisted panel isn't stored", async () => {
  await register([other]);
  await browserAtPanel.requestHandOff();
  const before = await readDatabaseState(t);
  expect((await browserAtPanel.requestHandOff()).json()).toMatchObject({ code: "hand-offs/unknown-panel" });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("six concurrent consents all succeed, with one audit event", async () => {
  const responses = await runConcurrently(6, () => browserAtPanel.requestHandOff());
  expect(
    responses.map((response) => (response.status === "fulfilled" ? response.value.statusCode : 0)),
  ).toEqual(Array(6).fill(201));
  expect(await panelEvents()).toHaveLength(1);
});

test("unlisting a panel during concurrent consents leaves none behind", async () => {
  for (let round = 0; round < 5; round += 1) {
    await register([origin, other]);
    const people = await t.users(
      acme,
      Array.from({ length: 4 }, () => ({})),
    );
    const browsers = people.map((user) => at(origin, user));
    await Promise.all(browsers.map((browser) => browser.startSignIn()));
    await Promise.all([...browsers.map((browser) => browser.requestHandOff()), register([other])]);
    expect(await consents()).toEqual([]);
  }
});

test("the database deletes panel sessions with their consent", async () => {
  await browserAtPanel.signIn();
  await t.sql("DELETE FROM panel_consents WHERE organization_id = $1", [acme.organizationId]);
  expect(await browserAtPanel.getForwardedUserId()).toBeNull();
  expect(
    await t.sql("SELECT FROM panel_sessions WHERE organization_id = $1", [acme.organizationId]),
  ).toHaveLength(0);
});
