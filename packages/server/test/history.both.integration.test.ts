/** A server that starts again on older data, while a program with a copy and a page with a version stay. */
import type { AddressInfo } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { ifMatchNow } from "./entity-tags.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { followEvents } from "./follow-events.ts";

async function start(options: Parameters<typeof createTestApp>[0] = {}, port = 0) {
  const t = await createTestApp(options);
  await t.app.listen({ port, host: "127.0.0.1" });
  return { t, port: (t.app.server.address() as AddressInfo).port };
}

/** Takes all roles from somebody, or gives these. */
async function setRoles(
  t: TestApp,
  { owner, organizationId }: TestOrganization,
  user: TestUser,
  roleIds: string[] = [],
) {
  const path = `/organizations/${organizationId}/users/${user.userId}`;
  const asOwner = t.as(owner);
  const answer = await asOwner.patch(path, { roleIds }, await ifMatchNow(asOwner, path));
  expect(answer.statusCode, answer.body).toBe(200);
}

const soon = (condition: () => boolean) =>
  expect.poll(condition, { timeout: 10_000, interval: 5 }).toBe(true);

test("a copy follows the database that the server has, whatever it was told out of another one", {
  timeout: 60_000,
}, async () => {
  const before = await start();
  const { t } = before;
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  const kept = await t.user(acme, { roles: ["campaign-approver"] });
  const given = await t.user(acme, { roles: [] });
  const taken = await t.user(acme, { roles: ["campaign-approver"] });
  const snapshot = await t.snapshot();
  const gatehouse = createGatehouse({
    url: `http://127.0.0.1:${before.port}`,
    apiKey: key,
    organizationId: acme.organizationId,
    permissions: exampleCatalogue,
    maxStaleness: 1_000,
  });
  onTestFinished(gatehouse.close);
  await gatehouse.ready();
  const may = ({ userId }: TestUser) => gatehouse.can(userId, "campaigns:approve");

  // Three changes that the older data doesn't have.
  await setRoles(t, acme, given, [acme.roles["campaign-approver"]]);
  await setRoles(t, acme, kept, []);
  await setRoles(t, acme, kept, [acme.roles["campaign-approver"]]);
  await soon(() => may(given) && may(kept));
  const lost = gatehouse.status().sequence;
  await t.close();

  const after = await start({ snapshot }, before.port);
  onTestFinished(after.t.close);
  // Three others with the same numbers.
  for (const user of [taken, kept]) await setRoles(after.t, acme, user, []);
  await setRoles(after.t, acme, taken, [acme.roles.viewer]);
  // The old copy may answer for as long as it may be stale.
  await soon(() => ![given, taken, kept].some(may) && gatehouse.can(taken.userId, "campaigns:view"));
  expect(gatehouse.status().isFresh).toBe(true);
  expect(gatehouse.status().sequence).toBe(lost);
  await setRoles(after.t, acme, given, [acme.roles["campaign-approver"]]);
  await soon(() => may(given));
});

test("a version of another history matches nothing, and a page that followed it is told to read everything again", {
  timeout: 60_000,
}, async () => {
  const before = await start();
  const { t } = before;
  const acme = await t.organization();
  const base = `/organizations/${acme.organizationId}`;
  const user = await t.user(acme, { roles: ["viewer"] });
  const roleId = await t.role(acme, { name: "Helpers", permissions: ["campaigns:view"] });
  const token = await t.session(acme.owner);
  const snapshot = await t.snapshot();
  const things = [
    { path: `${base}/users/${user.userId}`, body: (name: string) => ({ name }) },
    { path: `${base}/roles/${roleId}`, body: (name: string) => ({ name }) },
    { path: base, body: (name: string) => ({ name }) },
  ];
  const edit = async (on: TestApp, name: string) => {
    for (const { path, body } of things) {
      const now = await ifMatchNow(on.as(acme.owner), path);
      expect((await on.as(acme.owner).patch(path, body(name), now)).statusCode).toBe(200);
    }
  };
  const address = `http://127.0.0.1:${before.port}/api/v1${base}/events`;
  const page = await followEvents(address, { cookie: `gatehouse=${token}` });
  await edit(t, "Lost");
  const remembered = await Promise.all(things.map(({ path }) => ifMatchNow(t.as(acme.owner), path)));
  await page.until(() => page.events.at(-1)?.sequence === things.length);
  const { id } = page.events.at(-1) ?? { id: "" };
  page.close();
  await t.close();

  const after = await start({ snapshot }, before.port);
  onTestFinished(after.t.close);
  await edit(after.t, "Kept");
  const untouched = await after.t.sql("SELECT name, version, revision FROM users ORDER BY user_id");
  for (const [index, { path, body }] of things.entries()) {
    const late = await after.t.as(acme.owner).patch(path, body("Overwritten"), remembered[index]);
    expect(late.json()).toMatchObject({ status: 412, code: "precondition/failed" });
    expect((await after.t.as(acme.owner).get(path)).json()).toMatchObject({ name: "Kept" });
  }
  expect(await after.t.sql("SELECT name, version, revision FROM users ORDER BY user_id")).toEqual(untouched);
  const again = await followEvents(`${address}?after=${id}`, { cookie: `gatehouse=${token}` });
  onTestFinished(again.close);
  expect(again.events[0]).toMatchObject({ name: "reset", sequence: things.length });
});

test("what a role gives is never answered out of another history", { timeout: 60_000 }, async () => {
  const before = await start();
  const acme = await before.t.organization();
  const { key } = await before.t.apiKey(acme, { permissions: ["users:view"] });
  const roleId = await before.t.role(acme, { name: "Approves", permissions: ["campaigns:view"] });
  const person = await before.t.user(acme, { roles: [] });
  await setRoles(before.t, acme, person, [roleId]);
  const snapshot = await before.t.snapshot();
  const path = `/organizations/${acme.organizationId}/roles/${roleId}`;
  const setPermissions = async (on: TestApp, permissions: string[]) => {
    const now = await ifMatchNow(on.as(acme.owner), path);
    expect((await on.as(acme.owner).patch(path, { permissions }, now)).statusCode).toBe(200);
  };
  const ask = async (on: TestApp) => {
    const answer = await on.app.inject({
      method: "POST",
      url: "/access/v1/evaluation",
      headers: { authorization: `Bearer ${key}` },
      payload: {
        subject: { type: "user", id: person.userId },
        action: { name: "campaigns:approve" },
        resource: { type: "organization", id: acme.organizationId },
      },
    });
    return answer.json().decision;
  };
  await setPermissions(before.t, ["campaigns:approve"]);
  expect(await ask(before.t)).toBe(true);
  await before.t.close();

  const after = await start({ snapshot });
  onTestFinished(after.t.close);
  await setPermissions(after.t, ["campaigns:edit"]); // the same number of changes, and other content
  expect(await ask(after.t)).toBe(false);
});
