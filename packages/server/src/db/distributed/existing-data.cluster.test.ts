/** A database with organizations is distributed, and works as before. Needs a Citus cluster: `scripts/distributed/check.mjs` runs it. */
import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import {
  asSuperuser,
  migrateDatabase,
  provideTemplate,
  serverUrl,
  toDatabaseUrl,
} from "../../../test/database-template.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { checkDistribution } from "./check-distribution.ts";
import { distribute } from "./distribute.ts";

/** A migrated database on the coordinator, which isn't distributed. */
function createUndistributed(): Promise<string> {
  return provideTemplate(`plain_${randomUUID().replaceAll("-", "")}`, undefined, migrateDatabase);
}

const count = async (t: TestApp, table: string): Promise<unknown> =>
  (await t.sql(`SELECT count(*)::integer AS rows FROM ${table}`))[0]?.["rows"];

const tables = ["organizations", "users", "user_roles", "roles", "role_permissions", "role_user_counts"];

async function readState(t: TestApp, acme: TestOrganization): Promise<unknown> {
  const base = `/organizations/${acme.organizationId}`;
  const [users, roles] = await Promise.all(
    ["users", "roles"].map(async (list) => (await t.as(acme.owner).get(`${base}/${list}`)).json()),
  );
  const counts = await t.sql(
    "SELECT organization_id, user_count, owner_count FROM organizations ORDER BY organization_id",
  );
  return { users, roles, counts, rows: await Promise.all(tables.map((table) => count(t, table))) };
}

test("distributing a database with organizations keeps every row, and what changes rows afterwards works", async () => {
  const before = await createTestApp({ snapshot: await createUndistributed() });
  const [acme, lodos] = [await before.organization("Acme"), await before.organization("Lodos")];
  const base = `/organizations/${acme.organizationId}`;
  const reviewer = await before.role(acme, { name: "Reviewer", permissions: ["users:view"] });
  for (const organization of [acme, lodos])
    for (let index = 0; index < 3; index += 1) await before.user(organization);
  await readState(before, acme); // the owner has been active since then
  const state = await readState(before, acme);
  const copy = await before.snapshot();
  await before.close();

  const distributed = await provideTemplate(`distributed_${copy}`, String(copy), async (url) => {
    await asSuperuser(toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1)), async (client) => {
      expect(await distribute(client)).toContain("users is distributed by organization_id.");
      expect(await checkDistribution(client)).toMatchObject({ faults: [] });
      expect(await distribute(client)).toEqual([]);
      await client.query(`ALTER DATABASE ${client.database} RESET plan_cache_mode`);
      const faults = ["The database doesn't have the setting plan_cache_mode = 'force_custom_plan'."];
      expect(await checkDistribution(client)).toMatchObject({ faults });
      expect(await distribute(client)).toEqual([]);
    });
  });
  const t = await createTestApp({ snapshot: distributed });
  onTestFinished(t.close);
  expect(await readState(t, acme)).toEqual(state);

  const created = await t
    .as(acme.owner)
    .post(`${base}/users`, { email: "new@example.test", name: "New", roleIds: [reviewer] });
  expect([created.statusCode, created.json()]).toMatchObject([201, { name: "New" }]);
  const [counted] = await t.sql("SELECT user_count FROM organizations WHERE organization_id = $1", [
    acme.organizationId,
  ]);
  expect(counted).toEqual({ user_count: 5 });
});
