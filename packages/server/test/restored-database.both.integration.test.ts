/** A server that restarts with older data, while a program with a replica and an open page continue. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { expect, onTestFinished, test } from "vitest";
import { loadInto } from "../src/cli/backup/load-backup.ts";
import { checkBackup, readBackupPages } from "../src/cli/backup/read-backup.ts";
import { writeBackup } from "../src/cli/backup/write-backup.ts";
import { openEmbedded } from "../src/db/embedded/open-embedded.ts";
import { openPostgres } from "../src/db/open.ts";
import { getIfMatch } from "./api-client.ts";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { createDatabaseOnServer } from "./database-template.ts";
import { openEventStream } from "./event-stream-client.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { engineUnderTest, type Snapshot } from "./test-database.ts";

async function start(options: Parameters<typeof createTestApp>[0] = {}, port = 0) {
  const t = await createTestApp(options);
  await t.app.listen({ port, host: "127.0.0.1" });
  return { t, port: (t.app.server.address() as AddressInfo).port };
}

/** Sets the roles of a user, by default none. */
async function setRoles(
  t: TestApp,
  { owner, organizationId }: TestOrganization,
  user: TestUser,
  roleIds: string[] = [],
) {
  const path = `/organizations/${organizationId}/users/${user.userId}`;
  const asOwner = t.as(owner);
  const response = await asOwner.patch(path, { roleIds }, await getIfMatch(asOwner, path));
  expect(response.statusCode, response.body).toBe(200);
}

const soon = (condition: () => boolean) =>
  expect.poll(condition, { timeout: 10_000, interval: 5 }).toBe(true);

test("a replica follows the restored database", async () => {
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
  const canApprove = ({ userId }: TestUser) => gatehouse.can(userId, "campaigns:approve");

  // Three changes that are missing in the snapshot.
  await setRoles(t, acme, given, [acme.roles["campaign-approver"]]);
  await setRoles(t, acme, kept, []);
  await setRoles(t, acme, kept, [acme.roles["campaign-approver"]]);
  // `kept` could approve before the changes, too.
  await soon(() => gatehouse.status().sequence === 3 && canApprove(given) && canApprove(kept));
  await t.close();

  const after = await start({ snapshot }, before.port);
  onTestFinished(after.t.close);
  // Three other changes with the same sequence numbers.
  for (const user of [taken, kept]) await setRoles(after.t, acme, user, []);
  await setRoles(after.t, acme, taken, [acme.roles.viewer]);
  // The old replica is valid until `maxStaleness`.
  await soon(() => ![given, taken, kept].some(canApprove) && gatehouse.can(taken.userId, "campaigns:view"));
  await soon(() => gatehouse.status().isFresh && gatehouse.status().sequence === 3);
  await setRoles(after.t, acme, given, [acme.roles["campaign-approver"]]);
  await soon(() => canApprove(given));
});

/** Restores a backup into a new database, as `gatehouse restore` does. */
async function restoreCopy(file: string): Promise<Snapshot> {
  const checked = await checkBackup(file);
  const source = {
    header: checked.header,
    pages: () => readBackupPages(checked, () => undefined),
    manifest: () => checked.manifest,
  };
  if (engineUnderTest() === "embedded") {
    const engine = await openEmbedded({ folder: null });
    await loadInto(engine, source, { restoredAt: new Date() });
    return engine.dump().finally(engine.close);
  }
  const name = `restored_${randomUUID().replaceAll("-", "")}`;
  const engine = openPostgres(await createDatabaseOnServer(name));
  await loadInto(engine, source, { restoredAt: new Date() }).finally(engine.close);
  return name;
}

test("a replica is loaded again after a restore, even if the backup contains its position", async () => {
  const before = await start();
  const { t } = before;
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  const [given, kept] = [
    await t.user(acme, { roles: [] }),
    await t.user(acme, { roles: ["campaign-approver"] }),
  ];
  await setRoles(t, acme, kept, [acme.roles["campaign-approver"], acme.roles.viewer]);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-restored-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "acme.backup");
  await writeBackup(t.engine, file, { now: new Date(), sign: null, onProgress: () => undefined });
  // A change that no event tells, as when the grant is committed and its event is not in the chain yet.
  await t.sql(
    "INSERT INTO user_roles (organization_id, user_id, role_id, granted_at, granted_by_type, granted_by_name) VALUES ($1, $2, $3, now(), 'system', 'Test')",
    [acme.organizationId, given.userId, acme.roles["campaign-approver"]],
  );
  const gatehouse = createGatehouse({
    url: `http://127.0.0.1:${before.port}`,
    apiKey: key,
    organizationId: acme.organizationId,
    permissions: exampleCatalogue,
    maxStaleness: 1_000,
  });
  onTestFinished(gatehouse.close);
  await gatehouse.ready();
  const canApprove = ({ userId }: TestUser) => gatehouse.can(userId, "campaigns:approve");
  expect(canApprove(given) && canApprove(kept)).toBe(true);
  const position = gatehouse.status().sequence;
  await t.close();

  const after = await start({ snapshot: await restoreCopy(file) }, before.port);
  onTestFinished(after.t.close);
  await soon(() => gatehouse.status().isFresh && gatehouse.status().sequence === (position ?? 0) + 1);
  expect(canApprove(given)).toBe(false);
  expect(canApprove(kept)).toBe(true);
  await setRoles(after.t, acme, kept, []);
  await soon(() => !canApprove(kept));
});

test("a version of the lost history never matches, and an event stream of it starts with `reset`", async () => {
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
      const now = await getIfMatch(on.as(acme.owner), path);
      expect((await on.as(acme.owner).patch(path, body(name), now)).statusCode).toBe(200);
    }
  };
  const address = `http://127.0.0.1:${before.port}/api/v1${base}/events`;
  const page = await openEventStream(address, { cookie: `gatehouse=${token}` });
  await edit(t, "Lost");
  const remembered = await Promise.all(things.map(({ path }) => getIfMatch(t.as(acme.owner), path)));
  await page.waitUntil(() => page.events.at(-1)?.sequence === things.length);
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
  const again = await openEventStream(`${address}?after=${id}`, { cookie: `gatehouse=${token}` });
  onTestFinished(again.close);
  expect(again.events[0]).toMatchObject({ name: "reset", sequence: things.length });
});

test("access checks never use role permissions of the lost history", async () => {
  const before = await start();
  const acme = await before.t.organization();
  const { key } = await before.t.apiKey(acme, { permissions: ["users:view"] });
  const roleId = await before.t.role(acme, { name: "Approves", permissions: ["campaigns:view"] });
  const person = await before.t.user(acme, { roles: [] });
  await setRoles(before.t, acme, person, [roleId]);
  const snapshot = await before.t.snapshot();
  const path = `/organizations/${acme.organizationId}/roles/${roleId}`;
  const setPermissions = async (on: TestApp, permissions: string[]) => {
    const now = await getIfMatch(on.as(acme.owner), path);
    expect((await on.as(acme.owner).patch(path, { permissions }, now)).statusCode).toBe(200);
  };
  const check = async (on: TestApp) => {
    const response = await on.app.inject({
      method: "POST",
      url: "/access/v1/evaluation",
      headers: { authorization: `Bearer ${key}` },
      payload: {
        subject: { type: "user", id: person.userId },
        action: { name: "campaigns:approve" },
        resource: { type: "organization", id: acme.organizationId },
      },
    });
    return response.json().decision;
  };
  await setPermissions(before.t, ["campaigns:approve"]);
  expect(await check(before.t)).toBe(true);
  await before.t.close();

  const after = await start({ snapshot });
  onTestFinished(after.t.close);
  await setPermissions(after.t, ["campaigns:edit"]); // the same version, but other permissions
  expect(await check(after.t)).toBe(false);
});
