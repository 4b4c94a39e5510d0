/** Servers and a program's copy that stay while the database behind them becomes an older one. */
import type { AddressInfo } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { startServing } from "./program.ts";
import { restoreDatabase } from "./restore-database.ts";
import { startStandby } from "./standby.ts";
import { openSwitchedAddress } from "./switched-address.ts";

const maxStaleness = 2_000;

interface Scene {
  readonly acme: TestOrganization;
  /** May approve at first, until their roles are taken after the failover. */
  readonly taken: TestUser;
  /** May approve only in the history that gets lost. */
  readonly given: TestUser;
  readonly key: string;
  /** A key that may take roles. */
  readonly managing: string;
}

async function makeScene(t: TestApp): Promise<Scene> {
  const acme = await t.organization();
  return {
    acme,
    taken: await t.user(acme, { roles: ["campaign-approver"] }),
    given: await t.user(acme, { roles: [] }),
    key: (await t.apiKey(acme, { permissions: ["users:view", "roles:view"] })).key,
    managing: (await t.apiKey(acme, { permissions: null })).key,
  };
}

/** Sets the roles of a user at a server that may be without its database at the moment. */
async function setRoles(base: string, { acme, managing }: Scene, user: TestUser, roleIds: readonly string[]) {
  const url = `${base}/api/v1/organizations/${acme.organizationId}/users/${user.userId}`;
  const authorization = `Bearer ${managing}`;
  await expect
    .poll(
      async () => {
        const seen = await fetch(url, { headers: { authorization } });
        const headers = {
          authorization,
          "content-type": "application/json",
          "if-match": seen.headers.get("etag") ?? "",
        };
        return (await fetch(url, { method: "PATCH", headers, body: JSON.stringify({ roleIds }) })).status;
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBe(200);
}

function open(url: string, { acme, key }: Scene) {
  const { organizationId } = acme;
  const options = { url, apiKey: key, organizationId, permissions: exampleCatalogue, maxStaleness };
  const gatehouse = createGatehouse(options);
  onTestFinished(gatehouse.close);
  return { gatehouse, may: ({ userId }: TestUser) => gatehouse.can(userId, "campaigns:approve") };
}

const soon = (condition: () => boolean) =>
  expect.poll(condition, { timeout: 30_000, interval: 5 }).toBe(true);

/** The last moment, counted from now, at which somebody who may no longer do it may still do it. */
async function lastYes(may: () => boolean): Promise<number> {
  const from = performance.now();
  let last = 0;
  while (performance.now() - from < 2 * maxStaleness) {
    const askedAt = performance.now();
    if (may()) last = askedAt - from;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return last;
}

/** What the copy says once roles were taken in the older history, under numbers that the lost one had used, too. */
async function followsOlderHistory(base: string, scene: Scene, { gatehouse, may }: ReturnType<typeof open>) {
  const { acme, taken, given } = scene;
  await setRoles(base, scene, taken, []);
  const late = await lastYes(() => may(taken) || may(given));
  expect(late).toBeLessThanOrEqual(maxStaleness);
  await soon(() => gatehouse.status().isFresh);
  expect([may(taken), may(given)]).toEqual([false, false]);
  await setRoles(base, scene, taken, [acme.roles["campaign-approver"] ?? ""]);
  await soon(() => may(taken));
  expect(may(given)).toBe(false);
}

test("a database that is restored under a running server: no yes of the lost history outlives maxStaleness", {
  timeout: 120_000,
}, async () => {
  const t = await createTestApp();
  onTestFinished(t.close);
  const scene = await makeScene(t);
  await t.app.listen({ port: 0, host: "127.0.0.1" });
  const base = `http://127.0.0.1:${(t.app.server.address() as AddressInfo).port}`;
  const copy = await t.snapshot();
  const opened = open(base, scene);
  await opened.gatehouse.ready();
  const approver = scene.acme.roles["campaign-approver"] ?? "";
  await setRoles(base, scene, scene.given, [approver]);
  await soon(() => opened.may(scene.given) && opened.may(scene.taken));

  await restoreDatabase(new URL(t.url ?? "").pathname.slice(1), String(copy));
  await followsOlderHistory(base, scene, opened);
});

test("a replica that lagged and is promoted: no yes of the lost history outlives maxStaleness", {
  timeout: 120_000,
}, async () => {
  const t = await createTestApp();
  onTestFinished(t.close);
  const scene = await makeScene(t);
  const standby = await startStandby();
  onTestFinished(standby.stop);
  const primary = new URL(t.url ?? "");
  const address = await openSwitchedAddress(`${primary.searchParams.get("host")}/.s.PGSQL.5432`);
  onTestFinished(address.close);
  const databaseUrl = new URL(primary);
  databaseUrl.search = "";
  databaseUrl.host = `127.0.0.1:${address.port}`;
  const server = await startServing(databaseUrl.href);
  onTestFinished(server.stop);
  const opened = open(server.url, scene);
  await opened.gatehouse.ready();

  await standby.stopReplication();
  await setRoles(server.url, scene, scene.given, [scene.acme.roles["campaign-approver"] ?? ""]);
  await soon(() => opened.may(scene.given) && opened.may(scene.taken));
  await standby.promote();
  address.leadTo(standby.socket);
  await followsOlderHistory(server.url, scene, opened);
});
