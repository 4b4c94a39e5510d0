/** Running servers and replicas whose database is replaced by an older one. */
import type { AddressInfo } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { startStandby } from "./postgres-standby.ts";
import { startServer } from "./program.ts";
import { startSwitchableProxy } from "./tcp-proxies.ts";
import { restoreDatabase } from "./test-database.ts";

const maxStaleness = 1_000;

interface Fixture {
  readonly acme: TestOrganization;
  /** Has the permission until the failover. */
  readonly taken: TestUser;
  /** Has the permission only in the lost history. */
  readonly given: TestUser;
  readonly key: string;
  /** A key that may remove roles. */
  readonly adminKey: string;
}

async function makeFixture(t: TestApp): Promise<Fixture> {
  const acme = await t.organization();
  return {
    acme,
    taken: await t.user(acme, { roles: ["campaign-approver"] }),
    given: await t.user(acme, { roles: [] }),
    key: (await t.apiKey(acme, { permissions: ["users:view", "roles:view"] })).key,
    adminKey: (await t.apiKey(acme, { permissions: null })).key,
  };
}

/** Sets the roles of a user, with retries while the database is unavailable. */
async function setRoles(
  base: string,
  { acme, adminKey }: Fixture,
  user: TestUser,
  roleIds: readonly string[],
) {
  const url = `${base}/api/v1/organizations/${acme.organizationId}/users/${user.userId}`;
  const authorization = `Bearer ${adminKey}`;
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

function open(url: string, { acme, key }: Fixture) {
  const { organizationId } = acme;
  const options = { url, apiKey: key, organizationId, permissions: exampleCatalogue, maxStaleness };
  const gatehouse = createGatehouse(options);
  onTestFinished(gatehouse.close);
  return { gatehouse, may: ({ userId }: TestUser) => gatehouse.can(userId, "campaigns:approve") };
}

const soon = (condition: () => boolean) =>
  expect.poll(condition, { timeout: 30_000, interval: 5 }).toBe(true);

/** The time until the last positive check, in milliseconds from now. */
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

/** Checks a replica after roles were removed in the older history, with sequence numbers of the lost one. */
async function expectOlderHistory(
  base: string,
  fixture: Fixture,
  { gatehouse, may }: ReturnType<typeof open>,
) {
  const { acme, taken, given } = fixture;
  await setRoles(base, fixture, taken, []);
  const late = await lastYes(() => may(taken) || may(given));
  expect(late).toBeLessThanOrEqual(maxStaleness);
  await soon(() => gatehouse.status().isFresh);
  expect([may(taken), may(given)]).toEqual([false, false]);
  await setRoles(base, fixture, taken, [acme.roles["campaign-approver"] ?? ""]);
  await soon(() => may(taken));
  expect(may(given)).toBe(false);
}

test("a replica drops permissions of the lost history within maxStaleness after a restore", async () => {
  const t = await createTestApp();
  onTestFinished(t.close);
  const fixture = await makeFixture(t);
  await t.app.listen({ port: 0, host: "127.0.0.1" });
  const base = `http://127.0.0.1:${(t.app.server.address() as AddressInfo).port}`;
  const copy = await t.snapshot();
  const opened = open(base, fixture);
  await opened.gatehouse.ready();
  const approver = fixture.acme.roles["campaign-approver"] ?? "";
  await setRoles(base, fixture, fixture.given, [approver]);
  await soon(() => opened.may(fixture.given) && opened.may(fixture.taken));

  await restoreDatabase(new URL(t.url ?? "").pathname.slice(1), String(copy));
  await expectOlderHistory(base, fixture, opened);
});

test("a replica drops permissions of the lost history within maxStaleness after a failover to a lagging standby", async () => {
  const t = await createTestApp();
  onTestFinished(t.close);
  const fixture = await makeFixture(t);
  const standby = await startStandby();
  onTestFinished(standby.stop);
  const primary = new URL(t.url ?? "");
  const address = await startSwitchableProxy(`${primary.searchParams.get("host")}/.s.PGSQL.5432`);
  onTestFinished(address.close);
  const databaseUrl = new URL(primary);
  databaseUrl.search = "";
  databaseUrl.host = `127.0.0.1:${address.port}`;
  const server = await startServer(databaseUrl.href);
  onTestFinished(server.stop);
  const opened = open(server.url, fixture);
  await opened.gatehouse.ready();

  await standby.stopReplication();
  await setRoles(server.url, fixture, fixture.given, [fixture.acme.roles["campaign-approver"] ?? ""]);
  await soon(() => opened.may(fixture.given) && opened.may(fixture.taken));
  await standby.promote();
  address.switchTo(standby.socket);
  await expectOlderHistory(server.url, fixture, opened);
});
