import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import {
  describePrivilegeFaults,
  describePrivileges,
  findPrivilegeFaults,
  printPrivileges,
  privilegesFile,
  repairPrivileges,
} from "./check-privileges.ts";

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.close());

/** Functions of every schema but PostgreSQL's own; those of extensions are left out. */
const ownFunctions = (columns: string) =>
  t.sql(`SELECT p.oid::regprocedure::text AS signature, ${columns}
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
   ORDER BY p.oid::regprocedure::text COLLATE "C"`);

const granted = `(SELECT string_agg(coalesce(r.rolname::text, 'PUBLIC'), ' ' ORDER BY r.rolname)
  FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE a.grantee <> p.proowner)`;

test("privileges.txt matches the migrations", async () => {
  const found = printPrivileges(await t.engine.withoutTimeout(describePrivileges));
  expect(found).toBe(readFileSync(privilegesFile, "utf8"));
});

// Add new functions to this table: owner, security, search_path and grants.
test("every function of the schema is listed with its owner, security, search_path and grants", async () => {
  const rows = await ownFunctions(`
    n.nspname AS schema, CASE p.proowner WHEN 'gatehouse_keeper'::regrole THEN 'keeper' ELSE 'owner' END AS owner,
    CASE WHEN p.prosecdef THEN 'definer' ELSE 'invoker' END AS security,
    CASE WHEN p.prosqlbody IS NOT NULL THEN 'parsed body' ELSE array_to_string(p.proconfig, ' ') END AS names,
    coalesce(${granted}, 'nobody') AS granted`);
  const path = "search_path=pg_catalog, public, pg_temp";
  const table = rows
    .filter(({ schema }) => schema === "public")
    .map(({ signature, owner, security, names, granted: to }) =>
      [signature, owner, security, names, to].join(" | "),
    );
  expect(table).toEqual([
    `account_organizations_copy_session_limits() | keeper | definer | ${path} | nobody`,
    `accounts_keep_two_factor() | owner | invoker | ${path} | nobody`,
    "add_minute(timestamp with time zone) | owner | invoker | parsed body | gatehouse_app",
    `append_audit_events(uuid,jsonb) | keeper | definer | ${path} | gatehouse_app`,
    `audit_events_are_final() | owner | invoker | ${path} | nobody`,
    "audit_hash(audit_events) | owner | invoker | parsed body | gatehouse_app gatehouse_keeper",
    `count_catalogue_pushes(integer) | keeper | definer | ${path} | gatehouse_app`,
    `count_organizations(text[],text,integer) | keeper | definer | ${path} plan_cache_mode=force_custom_plan | gatehouse_app`,
    "current_organization() | owner | invoker | parsed body | gatehouse_app gatehouse_keeper gatehouse_search",
    `find_organizations(uuid,text[],text,integer) | keeper | definer | ${path} plan_cache_mode=force_custom_plan | gatehouse_app`,
    "fold_name(text) | owner | invoker | parsed body | gatehouse_app gatehouse_keeper",
    "give_revision() | owner | invoker | search_path=pg_catalog, pg_temp | nobody",
    `invitations_limit_users() | keeper | definer | ${path} | nobody`,
    `list_audit_heads(uuid[]) | keeper | definer | ${path} plan_cache_mode=force_custom_plan | gatehouse_app`,
    `list_catalogue_push_failures(integer,uuid,integer) | keeper | definer | ${path} plan_cache_mode=force_custom_plan | gatehouse_app`,
    `list_catalogue_pushes_to_do(integer,uuid,integer) | keeper | definer | ${path} plan_cache_mode=force_custom_plan | gatehouse_app`,
    `list_organization_ids(timestamp with time zone) | keeper | definer | ${path} | gatehouse_app`,
    `organizations_copy_name() | keeper | definer | ${path} | nobody`,
    `organizations_copy_session_limits() | keeper | definer | ${path} | nobody`,
    `organizations_end_panel_consents() | owner | invoker | ${path} | nobody`,
    "organizations_limit_users() | owner | invoker | search_path=pg_catalog, pg_temp | nobody",
    `organizations_need_an_owner() | keeper | definer | ${path} | nobody`,
    `organizations_with_unsealed_events() | keeper | definer | ${path} | gatehouse_app`,
    `remove_imported_accounts(uuid,uuid,uuid[]) | keeper | definer | ${path} | gatehouse_app`,
    `remove_organization_rows(uuid,timestamp with time zone,integer) | keeper | definer | ${path} | gatehouse_app`,
    "require_unchanged_authority(boolean) | owner | invoker | search_path=pg_catalog, pg_temp | gatehouse_app",
    `roles_keep_user_count() | keeper | definer | ${path} | nobody`,
    `seal_audit_events(uuid,integer) | keeper | definer | ${path} | gatehouse_app`,
    "unsealed_audit_events_are_final() | owner | invoker | search_path=pg_catalog, pg_temp | nobody",
    `user_roles_copy_name() | keeper | definer | ${path} | nobody`,
    `user_roles_keep_owner() | keeper | definer | ${path} | nobody`,
    "user_roles_keep_owner_endless() | owner | invoker | search_path=pg_catalog, pg_temp | nobody",
    `users_copy_membership() | keeper | definer | ${path} | nobody`,
    `users_copy_name() | keeper | definer | ${path} | nobody`,
    `users_copy_two_factor() | keeper | definer | ${path} | nobody`,
    `users_keep_count() | keeper | definer | ${path} | nobody`,
    `users_keep_owner_count() | keeper | definer | ${path} | nobody`,
    `users_remove_account() | keeper | definer | ${path} | nobody`,
  ]);
});

test("no function outside of the schema is SECURITY DEFINER, and only the application may use the job queue's schema", async () => {
  const all = await ownFunctions(`n.nspname AS schema, p.prosecdef AS definer, ${granted} AS granted`);
  const elsewhere = all.filter(({ schema }) => schema !== "public");
  expect(elsewhere.length).toBeGreaterThan(0);
  expect(elsewhere.filter(({ definer, granted: to }) => definer || to !== "gatehouse_app")).toEqual([]);
  const [open] = await t.sql(`
    SELECT EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'pgboss' AND a.grantee = 0) AS "toAll"`);
  expect(open).toEqual({ toAll: false });
});

test("a new function isn't executable by PUBLIC", async () => {
  await t.engine.withoutTimeout(async (client) => {
    await client.query("BEGIN; CREATE FUNCTION later() RETURNS integer LANGUAGE sql RETURN 1");
    const { rows } = await client.query(
      "SELECT has_function_privilege('gatehouse_app', 'later()', 'EXECUTE') AS executable",
    );
    await client.query("ROLLBACK");
    expect(rows).toEqual([{ executable: false }]);
  });
});

test.for([
  ["GRANT EXECUTE ON FUNCTION append_audit_events(uuid, jsonb) TO PUBLIC", "too much: GRANT EXECUTE"],
  ["ALTER FUNCTION users_keep_count() OWNER TO CURRENT_USER", "OWNER TO gatehouse_keeper"],
  ["ALTER FUNCTION users_keep_count() SECURITY INVOKER", "SECURITY DEFINER"],
  ["ALTER FUNCTION users_keep_count() RESET search_path", "SET search_path"],
  ["ALTER TABLE users NO FORCE ROW LEVEL SECURITY", "missing: ALTER TABLE public.users FORCE"],
  [
    "ALTER TABLE users DISABLE TRIGGER users_keep_owner_count",
    "DISABLED CREATE TRIGGER users_keep_owner_count",
  ],
  ["DROP TRIGGER audit_events_are_final ON audit_events", "CREATE TRIGGER audit_events_are_final"],
  ["DROP POLICY tenant ON roles", "missing: CREATE POLICY tenant ON public.roles"],
  ["CREATE POLICY everything ON roles USING (true)", "too much: CREATE POLICY everything"],
  ["ALTER POLICY tenant ON roles USING (true)", "missing: CREATE POLICY tenant"],
  ["REVOKE SELECT ON users FROM gatehouse_app", "missing: GRANT DELETE, INSERT, SELECT ON public.users"],
  ["GRANT UPDATE (owner_count) ON organizations TO gatehouse_app", "name, owner_count, panel_origins, "],
  ["ALTER VIEW users_search OWNER TO CURRENT_USER", "OWNER TO gatehouse_search"],
  ["GRANT CREATE ON SCHEMA public TO PUBLIC", "too much: GRANT CREATE ON SCHEMA public TO PUBLIC"],
  ["ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "ALTER DEFAULT PRIVILEGES REVOKE"],
] as const)(
  "after %s the fault is reported with the repair command, and repaired",
  async ([statement, fault]) => {
    await t.engine.withoutTimeout(async (client) => {
      await client.query(statement);
      expect((await findPrivilegeFaults(client)).faults.join("\n")).toContain(fault);
      expect(await describePrivilegeFaults(client)).toMatch(/Run: gatehouse migrate --repair$/);
      await repairPrivileges(client);
      expect(await findPrivilegeFaults(client)).toMatchObject({ faults: [], repair: [] });
    });
  },
);
