import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enterOrganization } from "../src/db/enter-organization.ts";
import { systemIds } from "../src/ports/ids.ts";
import { watchTenantFilters } from "./tenant-filters.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

let t: TestDatabase;
let gaps: ReturnType<typeof watchTenantFilters>;
beforeAll(async () => {
  t = await createTestDatabase();
  gaps = watchTenantFilters(t.engine);
});
afterAll(() => t.close());

test("records statements without a tenant condition in every kind of transaction", async () => {
  const id = systemIds.next();
  const tables = new Set(["users", "roles"]);
  await t.db.tenant(id, async (tx) => {
    await tx.selectFrom("users").select("name").where("organization_id", "=", id).execute();
    await sql`SELECT FROM accounts`.execute(tx);
  });
  await t.db.shared((tx) => tx.selectFrom("accounts").select("name").execute());
  expect(gaps(tables)).toEqual([]);

  await t.db.tenant(id, (tx) => tx.selectFrom("users").select("name").execute());
  await t.db.tenant(id, (tx) => sql`SELECT FROM roles WHERE role_id = ${id}`.execute(tx));
  await t.db.shared(async (tx) => {
    await enterOrganization(tx, id);
    await sql`DELETE FROM users WHERE organization_id = ${systemIds.next()}`.execute(tx);
  });
  expect(gaps(tables)).toEqual([
    'users in: select "name" from "users"',
    "roles in: SELECT FROM roles WHERE role_id = $1",
    "users in: DELETE FROM users WHERE organization_id = $1",
  ]);
});
