/** Pushes that fail in some organizations, stop in the middle or replace each other; organizations that are closed or new. */
import type { InstallationCatalogue } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cataloguePath, createPushSteps, toGroups, toTemplate } from "../../../test/catalogue-pushes.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import type { OpenDatabase } from "../../db/database.ts";
import { onPushRetriesExhausted } from "./run-push.ts";

let t: TestApp;
let steps: ReturnType<typeof createPushSteps>;
let operate: ReturnType<typeof createOperatorSteps>;
let organizations: readonly TestOrganization[];
/** Organizations whose transactions fail at the end, as if the process died. */
const dying = new Set<string>();
/** Called before each transaction of an organization that writes. */
let beforeWrite: (organizationId: string) => Promise<void> = async () => undefined;

const wrapDatabase = (db: OpenDatabase): OpenDatabase => ({
  ...db,
  tenant: async (id, work, options) => {
    if (options?.readOnly === true) return db.tenant(id, work, options);
    await beforeWrite(id);
    const die = async <T>(result: T): Promise<T> => {
      if (dying.has(id)) throw new Error("died");
      return result;
    };
    return db.tenant(id, async (tx) => die(await work(tx)), options);
  },
});

beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken }, wrapDatabase });
  steps = createPushSteps(t);
  operate = createOperatorSteps(t);
  organizations = [await t.organization("A"), await t.organization("B"), await t.organization("C")];
});
afterAll(() => t.close());
beforeEach(() => {
  dying.clear();
  beforeWrite = async () => undefined;
});

const [first, second, third] = [0, 1, 2].map((at) => () => organizations[at] as TestOrganization) as [
  () => TestOrganization,
  () => TestOrganization,
  () => TestOrganization,
];

/** Everything of an organization that a push may change. */
async function readState({ organizationId }: TestOrganization) {
  const [row] = await t.sql(
    `SELECT (SELECT md5(definition::text) || version FROM catalogues WHERE organization_id = $1) AS catalogue,
       (SELECT string_agg(name || version, ',' ORDER BY name) FROM roles WHERE organization_id = $1) AS roles,
       (SELECT string_agg(permission, ',' ORDER BY role_id, permission) FROM role_permissions WHERE organization_id = $1) AS permissions,
       (SELECT count(*)::integer FROM role_templates WHERE organization_id = $1) AS templates,
       (SELECT count(*)::integer FROM audit_events WHERE organization_id = $1) AS sealed,
       (SELECT count(*)::integer FROM unsealed_audit_events WHERE organization_id = $1) AS events`,
    [organizationId],
  );
  return row;
}

test("an organization whose own roles use a removed permission keeps everything, and the others go on", async () => {
  const before = await readState(second());
  await t.sql("DELETE FROM role_permissions WHERE organization_id <> $1", [second().organizationId]);
  const roles = [toTemplate("agent", ["orders:view"])];
  const { progress } = await steps.push({ groups: toGroups("view"), roles });
  expect(progress).toMatchObject({ organizations: 3, applied: 2, changed: 2, failed: 1 });
  expect(progress.failures).toEqual([
    {
      ...{ organizationId: second().organizationId, name: "B", code: "permissions/in-use" },
      detail: expect.stringMatching(/^Roles or API keys give .* and \d+ more\. Keep them/),
    },
  ]);
  expect(await readState(second())).toEqual(before);
  const dropped = await steps.push({ groups: toGroups("view"), roles, dropAll: true });
  expect(dropped.progress).toMatchObject({ applied: 3, changed: 1, failed: 0, failures: [] });
});

test("a permission that only roles of templates give is removed without drop", async () => {
  await steps.push({
    groups: toGroups("view", "edit"),
    roles: [toTemplate("agent", ["orders:view", "orders:edit"])],
  });
  const { progress } = await steps.push({
    groups: toGroups("view"),
    roles: [toTemplate("agent", ["orders:view"])],
  });
  expect(progress).toMatchObject({ changed: 3, failed: 0 });
  await steps.push({ groups: toGroups("view", "edit"), roles: [toTemplate("agent", ["orders:edit"])] });
  const agent = (await steps.listRoles(first())).get("Agent");
  await steps.editRole(first(), agent, { description: "Ours" });
  await t.apiKey(second(), { permissions: ["orders:edit"] });
  const body = { groups: toGroups("view"), roles: [toTemplate("agent", ["orders:view"])] };
  const refused = await steps.push(body);
  expect(refused.progress.failures.map(({ organizationId }) => organizationId)).toEqual(
    [first(), second()].map(({ organizationId }) => organizationId),
  );
  expect((await steps.push({ ...body, drop: ["orders:edit"] })).progress).toMatchObject({
    changed: 2,
    failed: 0,
  });
  expect((await steps.listRoles(first())).get("Agent")).toMatchObject({ permissions: [], template: null });
});

test("a push that dies in an organization changes nothing there, and the next attempt does only what is left", async () => {
  dying.add(second().organizationId);
  const [before, untouched] = [await readState(second()), await readState(first())];
  const body = { groups: toGroups("view", "refund"), roles: [toTemplate("agent", ["orders:refund"])] };
  expect((await steps.put(body)).statusCode).toBe(202);
  await t.drainOutbox();
  expect(await steps.get()).toMatchObject({ status: "running", progress: { applied: 2, failed: 0 } });
  expect(await readState(second())).toEqual(before);
  const done = await readState(first());
  expect(done).not.toEqual(untouched);
  dying.clear();
  await t.drainOutbox({ retries: true });
  expect(await steps.get()).toMatchObject({ status: "done", progress: { applied: 3, changed: 3 } });
  expect(await readState(second())).not.toEqual(before);
  expect(await readState(first())).toEqual(done);
});

test("after the last attempt the failure of an organization is stored, and the push has ended", async () => {
  let isApplying = false;
  beforeWrite = async (id) => {
    if (id !== third().organizationId) return;
    isApplying = !isApplying;
    if (isApplying) throw new Error("died");
  };
  const { version } = (
    await steps.put({ groups: toGroups("view", "refund", "late"), roles: [] })
  ).json<InstallationCatalogue>();
  await onPushRetriesExhausted(t.deps, { kind: "catalogue-push", version });
  const { status, progress } = await steps.get();
  expect([status, progress]).toEqual([
    "done",
    {
      ...{ organizations: 3, applied: 2, changed: 2, failed: 1 },
      failures: [expect.objectContaining({ organizationId: third().organizationId, code: "internal" })],
    },
  ]);
  await t.drainOutbox();
});

test("a later push replaces one that is still running, and of two pushes at once one is refused", async () => {
  const older = {
    groups: toGroups("view", "older"),
    roles: [toTemplate("older", ["orders:older"])],
    dropAll: true,
  };
  const newer = {
    groups: toGroups("view", "newer"),
    roles: [toTemplate("newer", ["orders:newer"])],
    dropAll: true,
  };
  let isReplaced = false;
  beforeWrite = async () => {
    if (isReplaced) return;
    isReplaced = true;
    // Another worker does all of the later push, before the older one continues with the organizations that it has read.
    expect((await steps.put(newer)).statusCode).toBe(202);
    await t.drainOutbox();
    expect((await steps.get()).status).toBe("done");
  };
  await steps.put(older);
  await t.drainOutbox();
  expect(isReplaced).toBe(true);
  const { status, roles, progress } = await steps.get();
  expect([status, roles.map(({ key }) => key), progress.failed]).toEqual(["done", ["newer"], 0]);
  for (const organization of organizations) {
    expect(await steps.listPermissions(organization)).toEqual(["orders:view", "orders:newer"]);
    const found = await steps.listRoles(organization);
    expect([found.has("Older"), found.has("Newer")]).toEqual([false, true]);
  }
  const ifMatch = { "if-match": String((await steps.operator.get(cataloguePath)).headers.etag) };
  const pushes = await runConcurrently(3, () => steps.operator.put(cataloguePath, newer, ifMatch));
  const statuses = pushes.map((one) => (one.status === "fulfilled" ? one.value.statusCode : one.reason));
  expect(statuses.toSorted()).toEqual([202, 412, 412]);
  await t.drainOutbox();
});

test("suspended organizations get a push, deleted ones when they are restored", async () => {
  const [suspended, deleted] = [await operate.create("Suspended"), await operate.create("Deleted")];
  await operate.edit(suspended.id, { status: "suspended" });
  await operate.delete(deleted.id);
  const pushed = await steps.push({
    groups: toGroups("view", "fresh"),
    roles: [toTemplate("fresh", [])],
    dropAll: true,
  });
  expect(pushed.progress).toMatchObject({ organizations: 4, applied: 4, failed: 0 });
  const listTemplates = async (id: string) =>
    (await t.sql("SELECT template_key FROM role_templates WHERE organization_id = $1", [id])).map(
      (row) => row["template_key"],
    );
  expect(await listTemplates(suspended.id)).toEqual(["fresh"]);
  expect(await listTemplates(deleted.id)).toEqual(["newer"]);
  await operate.restore(deleted.id);
  expect(await steps.get()).toMatchObject({ status: "running", progress: { organizations: 5, applied: 4 } });
  await t.drainOutbox();
  expect(await steps.get()).toMatchObject({ status: "done", progress: { organizations: 5, applied: 5 } });
  expect(await listTemplates(deleted.id)).toEqual(["fresh"]);
});

test("a new organization starts with what was pushed, unless another catalogue is asked for", async () => {
  const listNames = async ({ id, apiKey }: { readonly id: string; readonly apiKey: string }) => {
    const { items } = (await t.withKey(apiKey).get(`/organizations/${id}/roles`)).json();
    return items.map(({ name, template }: { name: string; template: string | null }) => [name, template]);
  };
  const { progress } = await steps.get();
  expect(await listNames(await operate.create("With the push"))).toEqual([
    ["Owner", null],
    ["Fresh", "fresh"],
  ]);
  expect(await steps.get()).toMatchObject({
    status: "done",
    progress: { organizations: progress.organizations + 1, applied: progress.applied + 1 },
  });
  const other = await operate.create("Another", { catalogue: { groups: toGroups("other") } });
  expect(await listNames(other)).toEqual([["Owner", null]]);
  await operate.create("None", { catalogue: "none" });
  expect(await steps.get()).toMatchObject({
    status: "done",
    progress: { organizations: progress.organizations + 1 },
  });
  await steps.push({ groups: toGroups("view"), roles: [toTemplate("fresh", [])] });
  expect(await listNames(other)).toEqual([
    ["Owner", null],
    ["Fresh", "fresh"],
  ]);
});

test("a role that lost a permission by the organization's own catalogue gets it back with the next push", async () => {
  const body = { groups: toGroups("view", "edit"), roles: [toTemplate("fresh", ["orders:edit"])] };
  await steps.push(body);
  const path = `/organizations/${first().organizationId}/permissions`;
  const change = async (groups: object) => {
    const { etag } = (await t.as(first().owner).get(path)).headers;
    const response = await t
      .as(first().owner)
      .put(`${path}?dropAll=true`, groups, { "if-match": String(etag) });
    expect(response.statusCode, response.body).toBe(200);
  };
  await change(toGroups("view"));
  await change(toGroups("view", "edit"));
  expect((await steps.listRoles(first())).get("Fresh")).toMatchObject({ permissions: [], template: "fresh" });
  expect((await steps.push(body)).progress).toMatchObject({ changed: 1 });
  expect((await steps.listRoles(first())).get("Fresh")?.permissions).toEqual(["orders:edit"]);
});

test("a transaction of an organization sees nothing of the installation's catalogue, and only its own pushes", async () => {
  const client = await t.engine.pool.connect();
  const count = async (table: string) =>
    (await client.query(`SELECT count(*)::integer AS n FROM ${table}`)).rows[0]?.n;
  try {
    await client.query("BEGIN; SET LOCAL ROLE gatehouse_app");
    expect(await count("installation_catalogue")).toBe(1);
    await client.query("SELECT set_config('gatehouse.organization_id', $1, true)", [first().organizationId]);
    expect(await count("installation_catalogue")).toBe(0);
    expect(await count("catalogue_pushes")).toBe(1);
    expect((await client.query("UPDATE installation_catalogue SET version = 99")).rowCount).toBe(0);
    await expect(client.query("DELETE FROM installation_catalogue")).rejects.toThrow(/permission denied/);
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
});
