/** Deleting, restoring and at last removing an organization. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/invitations.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";
import { cleanUp } from "../../jobs/clean-up.ts";
import { removeDeletedOrganizations } from "../../jobs/remove-organizations.ts";

let t: TestApp;
let steps: ReturnType<typeof createOperatorSteps>;
beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  steps = createOperatorSteps(t);
});
afterAll(() => t.close());

const day = 24 * 3_600_000;

/** Fills an organization with rows of most kinds. */
async function fill(acme: TestOrganization): Promise<void> {
  const here = `/organizations/${acme.organizationId}`;
  const viewer = await t.user(acme, { roles: ["viewer"] });
  await t.as(viewer).get(`${here}/users`);
  await invite(t, acme, `${acme.organizationId}@example.test`);
  await t.apiKey(acme);
  const created = {
    email: `directory-${acme.organizationId}@example.test`,
    name: "From the directory",
    roleIds: [],
  };
  expect(
    (await t.as(acme.owner).post(`${here}/users`, created, { "idempotency-key": "one" })).statusCode,
  ).toBe(201);
  await t.as(acme.owner).post(`${here}/user-jobs`, { action: "suspend", users: { ids: [viewer.userId] } });
  await t.deps.lastUse.flush();
}

async function countRows({ organizationId }: TestOrganization): Promise<Readonly<Record<string, number>>> {
  const tables = await t.sql(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'removed_organizations'`,
  );
  // In one statement: audit events move to another table when they are sealed.
  const counts = tables.map(
    ({ name }) => `SELECT '${name}' AS name, count(*)::int AS count FROM ${name} WHERE organization_id = $1`,
  );
  const rows = await t.sql(counts.join(" UNION ALL "), [organizationId]);
  return Object.fromEntries(
    rows.filter(({ count }) => Number(count) > 0).map(({ name, count }) => [String(name), Number(count)]),
  );
}

test("the typed name and the version have to match", async () => {
  const acme = await t.organization("Lodos Retail");
  const { etag } = await steps.get(acme.organizationId);
  const before = await readDatabaseState(t);
  const remove = (name: unknown, headers = { "if-match": etag }) =>
    steps.remove(acme.organizationId, { name }, headers);
  for (const name of ["lodos retail", "", "Lodos", 7]) expect((await remove(name)).statusCode).toBe(422);
  expect((await remove("Lodos Retail", { "if-match": '"9"' })).statusCode).toBe(412);
  expect((await remove("Lodos Retail", {} as never)).statusCode).toBe(428);
  expect(await readDatabaseState(t)).toEqual(before);
  const deleted = await remove(" Lodos Retail ");
  const restorableUntil = new Date(t.clock.now().getTime() + 30 * day).toISOString();
  expect([deleted.statusCode, deleted.json()]).toEqual([202, { restorableUntil }]);
  const found = await steps.get(acme.organizationId);
  expect(found.organization).toMatchObject({ status: "deleted", restorableUntil });
  const edit = await steps.operator.patch(
    `/operator/organizations/${acme.organizationId}`,
    { status: "active" },
    { "if-match": found.etag },
  );
  expect(edit.json()).toMatchObject({ status: 409, code: "organization/is-deleted" });
});

test("for 30 days it can be restored, with the status that it had", async () => {
  const acme = await t.organization();
  await fill(acme);
  await steps.edit(acme.organizationId, { status: "suspended" });
  const before = await countRows(acme);
  await steps.delete(acme.organizationId);
  t.clock.advance(30 * day - 1);
  await removeDeletedOrganizations(t.deps);
  const restored = await steps.restore(acme.organizationId);
  expect([restored.statusCode, restored.json().status]).toEqual([200, "suspended"]);
  const { unsealed_audit_events: _, audit_events: __, ...rows } = await countRows(acme);
  expect(before).toMatchObject(rows);
  expect((await steps.restore(acme.organizationId)).statusCode).toBe(200);
});

test("later every row is removed in batches, and a receipt stays", async () => {
  const [acme, other] = [await t.organization("Gone"), await t.organization("Stays")];
  await fill(acme);
  await fill(other);
  const others = await countRows(other);
  await steps.delete(acme.organizationId);
  t.clock.advance(30 * day + 3_600_000 - 1);
  await removeDeletedOrganizations(t.deps);
  expect(Object.keys(await countRows(acme)).length).toBeGreaterThan(12);
  expect((await steps.restore(acme.organizationId)).json()).toMatchObject({
    status: 410,
    code: "organization/removed",
  });
  t.clock.advance(1);
  const before = Object.values(await countRows(acme)).reduce((sum, count) => sum + count, 0);
  await removeDeletedOrganizations(t.deps, 7);
  expect(await countRows(acme)).toEqual({});
  expect(await countRows(other)).toEqual(others);
  expect(
    await t.sql("SELECT FROM pgboss.job WHERE data->>'organizationId' = $1", [acme.organizationId]),
  ).toEqual([]);
  const receipts = await t.sql("SELECT * FROM removed_organizations WHERE organization_id = $1", [
    acme.organizationId,
  ]);
  expect(receipts).toEqual([
    expect.objectContaining({
      name: "Gone",
      removed_at: t.clock.now(),
      audit_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    }),
  ]);
  // Rows of account_organizations go with their users, and aren't counted.
  const counted = Number(receipts[0]?.["removed_rows"]);
  expect(counted).toBeGreaterThan(20);
  expect(counted).toBeLessThanOrEqual(before);
  const found = await steps.operator.get(`/operator/organizations/${acme.organizationId}`);
  expect(found.json()).toMatchObject({
    status: 410,
    code: "organization/removed",
    params: { removedRows: counted },
  });
  await cleanUp(t.deps);
  await t.drainOutbox();
  expect((await t.as(acme.owner).get("/me")).json().organizations).toEqual([]);
});

test("the application can't remove rows of an organization that isn't deleted, or of another one", async () => {
  const [acme, other] = [await t.organization(), await t.organization()];
  await steps.delete(other.organizationId);
  const later = new Date(t.clock.now().getTime() + 365 * day);
  const remove = (tenant: string, id: string) =>
    t.db.tenant(tenant, (tx) =>
      tx.query({ text: "SELECT remove_organization_rows($1, $2, 10)", values: [id, later] } as never),
    );
  await expect(remove(acme.organizationId, acme.organizationId)).rejects.toThrow("is not to be removed yet");
  await expect(remove(acme.organizationId, other.organizationId)).rejects.toThrow(
    "organization of their transaction",
  );
  await expect(
    t.db.tenant(acme.organizationId, (tx) =>
      tx.query({
        text: "DELETE FROM audit_events WHERE organization_id = $1",
        values: [acme.organizationId],
      } as never),
    ),
  ).rejects.toThrow();
});
