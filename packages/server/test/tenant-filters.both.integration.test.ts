import { afterAll, beforeAll, expect, test } from "vitest";
import { enterOrganization } from "../src/db/enter-organization.ts";
import { sql } from "../src/db/sql.ts";
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
    await tx.query(sql`SELECT name FROM users WHERE organization_id = ${id}`);
    await tx.query(sql`SELECT FROM accounts`);
  });
  await t.db.shared((tx) => tx.query(sql`SELECT name FROM accounts`));
  expect(gaps(tables)).toEqual([]);

  await t.db.tenant(id, (tx) => tx.query(sql`SELECT name FROM users`));
  await t.db.tenant(id, (tx) => tx.query(sql`SELECT FROM roles WHERE role_id = ${id}`));
  await t.db.shared(async (tx) => {
    await enterOrganization(tx, id);
    await tx.query(sql`DELETE FROM users WHERE organization_id = ${systemIds.next()}`);
  });
  expect(gaps(tables)).toEqual([
    "users in: SELECT name FROM users",
    "roles in: SELECT FROM roles WHERE role_id = $1",
    "users in: DELETE FROM users WHERE organization_id = $1",
  ]);
});
