/** A person agrees once before a panel learns who they are. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createVisitor, type Visitor } from "../../../test/panel-visitor.ts";
import { raceTogether } from "../../../test/race-together.ts";
import { stateOf } from "../../../test/state-of.ts";

const origin = "https://panel.example.com";
const other = "https://other.example.com";
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
  await register([origin, other]);
  visitor = at(origin);
  await visitor.begin();
});

const at = (panel: string, user = person) =>
  createVisitor(t, { organizationId: acme.organizationId, origin: panel }, user);
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

/** Whether a visit is refused until the person agrees. */
async function asks(browser: Visitor): Promise<boolean> {
  await browser.begin();
  const answer = await browser.askForLocation(undefined, undefined, { consent: false });
  return answer.statusCode === 409 && answer.json().code === "hand-offs/consent-required";
}

test("at the first visit nobody is handed off before they agree, and nothing is written down", async () => {
  await visitor.askForLocation(undefined, undefined, { consent: false }); // notes that the session is used
  const before = await stateOf(t);
  const answer = await visitor.askForLocation(undefined, undefined, { consent: false });
  expect(answer.json()).toMatchObject({
    status: 409,
    code: "hand-offs/consent-required",
    detail: expect.stringContaining(origin),
    params: { origin },
  });
  expect(await stateOf(t)).toEqual(before);
});

test("the answer is remembered for that person and panel, and stands in the log once", async () => {
  await visitor.signIn();
  await visitor.signIn();
  expect(await asks(visitor)).toBe(false);
  expect(await visitor.userThere()).toBe(person.userId);
  expect(await consents()).toEqual([{ user_id: person.userId, origin }]);
  const [agreed, ...rest] = await panelEvents();
  expect(agreed).toEqual({ action: "panels.consented", actor_id: person.userId, target_name: origin });
  expect(rest.map(({ action }) => action)).toEqual(["panels.signed-in", "panels.signed-in"]);
  expect(await asks(at(other))).toBe(true);
  expect(await asks(at(origin, await t.user(acme)))).toBe(true);
});

test("a person is asked again after the panel was taken off the list, and its sessions don't come back", async () => {
  await visitor.signIn();
  await at(other).signIn();
  await register([other]);
  expect(await consents()).toEqual([{ user_id: person.userId, origin: other }]);
  expect(await visitor.userThere()).toBeNull();
  await register([origin, other]);
  expect(await visitor.userThere()).toBeNull();
  expect(await asks(visitor)).toBe(true);
  expect(await asks(at(other))).toBe(false);
});

test("the settings take the answers along with the address", async () => {
  await visitor.signIn();
  const path = `/organizations/${acme.organizationId}`;
  const asOwner = t.as(acme.owner);
  const ifMatch = { "if-match": String((await asOwner.get(path)).headers.etag) };
  expect((await asOwner.patch(path, { panelOrigins: [other] }, ifMatch)).statusCode).toBe(200);
  expect(await consents()).toEqual([]);
});

test("a person's answers go with them, and another organization's stay", async () => {
  const elsewhere = await t.organization();
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    [origin],
    elsewhere.organizationId,
  ]);
  const same = await t.user(elsewhere, { sameAccountAs: person });
  const there = createVisitor(t, { organizationId: elsewhere.organizationId, origin }, same);
  expect(await asks(there)).toBe(true);
  await there.signIn();
  await visitor.signIn();
  await t.sql("DELETE FROM users WHERE user_id = $1", [person.userId]);
  expect(await consents()).toEqual([]);
  await register([]);
  expect(await asks(there)).toBe(false);
});

test("agreeing to a panel that isn't listed writes nothing down", async () => {
  await register([other]);
  await visitor.askForLocation();
  const before = await stateOf(t);
  expect((await visitor.askForLocation()).json()).toMatchObject({ code: "hand-offs/unknown-panel" });
  expect(await stateOf(t)).toEqual(before);
});

test("of six windows in which one person agrees at once all go on, and one is recorded", async () => {
  const answers = await raceTogether(6, () => visitor.askForLocation());
  expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value.statusCode : 0))).toEqual(
    Array(6).fill(201),
  );
  expect(await panelEvents()).toHaveLength(1);
});

test("an address that is taken off the list while people agree leaves no answer behind", async () => {
  for (let round = 0; round < 5; round += 1) {
    await register([origin, other]);
    const people = await t.users(
      acme,
      Array.from({ length: 4 }, () => ({})),
    );
    const browsers = people.map((user) => at(origin, user));
    await Promise.all(browsers.map((browser) => browser.begin()));
    await Promise.all([...browsers.map((browser) => browser.askForLocation()), register([other])]);
    expect(await consents()).toEqual([]);
  }
});

test("the database keeps no session at a panel without the person's consent", async () => {
  await visitor.signIn();
  await t.sql("DELETE FROM panel_consents WHERE organization_id = $1", [acme.organizationId]);
  expect(await visitor.userThere()).toBeNull();
  expect(
    await t.sql("SELECT FROM panel_sessions WHERE organization_id = $1", [acme.organizationId]),
  ).toHaveLength(0);
});
