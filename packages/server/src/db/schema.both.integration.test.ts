import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./migrations.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.close());

test("every migration was recorded once, and a second run does nothing", async () => {
  expect(await migrate(t.engine)).toEqual([]);
  const rows = await t.sql("SELECT name, checksum FROM gatehouse_migrations ORDER BY name");
  expect(rows).toEqual(readMigrations().map(({ name, checksum }) => ({ name, checksum })));
});

test("every table and column carries a comment", async () => {
  const rows = await t.sql(`
    SELECT c.relname AS table, a.attname AS column
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
       AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)`);
  expect(rows).toEqual([]);
});

/** Tables of accounts and of the operator, which are outside organizations or read before it is known which one is entered. */
const ofInstallation =
  "('account_links', 'account_organizations', 'ended_sessions', 'operator_requests', 'removed_organizations')";

test("every tenant table has forced row-level security and a policy for the application", async () => {
  const rows = await t.sql(`
    SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ${ofInstallation}
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity
         AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND 'gatehouse_app'::regrole = ANY (p.polroles)))`);
  expect(rows).toEqual([]);
});

test("every key of a tenant table begins with the organization", async () => {
  const rows = await t.sql(`
    SELECT c.relname AS table, i.indexrelid::regclass::text AS key
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
     WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND i.indkey[0] <> a.attnum
       AND c.relname NOT IN ${ofInstallation}`);
  expect(rows).toEqual([]);
});

test("an index finds the rows that refer to a removed row", async () => {
  const rows = await t.sql(`
    SELECT f.conrelid::regclass::text || ' ' || f.conname AS name FROM pg_constraint f
    WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indpred IS NULL AND f.conkey @> ARRAY[i.indkey[0]]
        AND (i.indkey::smallint[])[0:cardinality(f.conkey) - 1] <@ f.conkey)
    ORDER BY name`);
  expect(rows).toEqual([]);
});

test("the application role owns nothing, and can change neither audit events nor the owner count", async () => {
  const owned = await t.sql("SELECT relname FROM pg_class WHERE relowner = 'gatehouse_app'::regrole");
  expect(owned).toEqual([]);
  const [rights] = await t.sql(`
    SELECT has_table_privilege('gatehouse_app', 'audit_events', 'UPDATE') AS edits,
           has_table_privilege('gatehouse_app', 'audit_events', 'DELETE') AS deletes,
           has_table_privilege('gatehouse_app', 'audit_events', 'TRUNCATE') AS empties,
           has_table_privilege('gatehouse_app', 'unsealed_audit_events', 'INSERT, UPDATE, DELETE, TRUNCATE') AS forges,
           has_table_privilege('gatehouse_app', 'audit_heads', 'UPDATE') AS relinks,
           has_column_privilege('gatehouse_app', 'organizations', 'owner_count', 'UPDATE') AS counts,
           has_column_privilege('gatehouse_app', 'users', 'is_owner', 'UPDATE') AS crowns,
           has_table_privilege('gatehouse_app', 'account_organizations', 'INSERT') AS enters`);
  expect(rights).toEqual({
    edits: false,
    deletes: false,
    empties: false,
    forges: false,
    relinks: false,
    counts: false,
    crowns: false,
    enters: false,
  });
});
