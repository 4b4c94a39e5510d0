/** Owners and privileges of the schema, as the statements that create them. */
import type pg from "pg";

/** One privilege of one object. */
export interface Privilege {
  /** A table, view, function or schema with its schema's name. */
  readonly object: string;
  /** On one line, ending with a semicolon. */
  readonly statement: string;
}

/**
 * Grants to roles other than PUBLIC and the three application roles are left out: an administrator may allow a report
 * to read a table. `owner` stands for the migrating user.
 */
const statement = `
  WITH holders AS (
    SELECT oid, rolname::text AS name FROM pg_roles WHERE rolname IN ('gatehouse_app', 'gatehouse_search', 'gatehouse_keeper')
    UNION ALL SELECT 0, 'PUBLIC'
  ), owners AS (
    SELECT oid, CASE WHEN rolname NOT IN ('gatehouse_app', 'gatehouse_search', 'gatehouse_keeper')
                       AND pg_has_role(current_user, oid, 'USAGE') THEN 'owner' ELSE quote_ident(rolname) END AS name FROM pg_roles
  ), relations AS (
    SELECT c.*, 'public.' || quote_ident(c.relname) AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ), functions AS (
    SELECT p.*, format('public.%I(%s)', p.proname, oidvectortypes(p.proargtypes)) AS name
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  )
  SELECT r.name AS object, format('ALTER %s %s OWNER TO %s;', r.kind, r.name, o.name) AS statement
    FROM relations r JOIN owners o ON o.oid = r.relowner
  UNION ALL
  SELECT r.name, format('ALTER TABLE %s %s ROW LEVEL SECURITY;', r.name, word) FROM relations r,
         LATERAL (VALUES ('ENABLE', r.relrowsecurity), ('FORCE', r.relforcerowsecurity)) AS s (word, isset) WHERE isset
  UNION ALL
  SELECT r.name, format('GRANT %s ON %s TO %s;', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), r.name, h.name)
    FROM relations r, aclexplode(r.relacl) a JOIN holders h ON h.oid = a.grantee
   WHERE a.grantee <> r.relowner GROUP BY r.name, h.name
  UNION ALL
  SELECT r.name, format('GRANT %s (%s) ON %s TO %s;', a.privilege_type, string_agg(quote_ident(c.attname), ', ' ORDER BY c.attname), r.name, h.name)
    FROM relations r JOIN pg_attribute c ON c.attrelid = r.oid AND NOT c.attisdropped, aclexplode(c.attacl) a JOIN holders h ON h.oid = a.grantee
   GROUP BY r.name, a.privilege_type, h.name
  UNION ALL
  SELECT r.name, format('CREATE POLICY %I ON %s%s FOR %s TO %s%s%s;', p.polname, r.name, CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           (SELECT string_agg(coalesce(g.rolname::text, 'PUBLIC'), ', ' ORDER BY g.rolname)
              FROM unnest(p.polroles) AS u (oid) LEFT JOIN pg_roles g ON g.oid = u.oid),
           ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
  UNION ALL
  SELECT r.name, CASE t.tgenabled WHEN 'O' THEN '' ELSE 'DISABLED ' END || pg_get_triggerdef(t.oid) || ';'
    FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
  UNION ALL
  SELECT f.name, format('ALTER FUNCTION %s OWNER TO %s;', f.name, o.name) FROM functions f JOIN owners o ON o.oid = f.proowner
  UNION ALL
  SELECT f.name, format('ALTER FUNCTION %s SECURITY %s;', f.name, CASE WHEN f.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END) FROM functions f
  UNION ALL
  SELECT f.name, format('ALTER FUNCTION %s SET %s;', f.name, replace(setting, '=', ' = ')) FROM functions f, unnest(f.proconfig) AS setting
  UNION ALL
  SELECT f.name, format('GRANT EXECUTE ON FUNCTION %s TO %s;', f.name, h.name)
    FROM functions f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a JOIN holders h ON h.oid = a.grantee
   WHERE a.grantee <> f.proowner
  UNION ALL
  SELECT 'public', format('GRANT %s ON SCHEMA public TO %s;', a.privilege_type, h.name)
    FROM pg_namespace n, aclexplode(n.nspacl) a JOIN holders h ON h.oid = a.grantee
   WHERE n.nspname = 'public' AND NOT (h.name = 'PUBLIC' AND a.privilege_type = 'USAGE')
  UNION ALL
  SELECT 'public', 'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;'
   WHERE EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
           AND d.defaclnamespace = 0 AND d.defaclobjtype = 'f' AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) a WHERE a.grantee = 0))
   ORDER BY 1, 2`;

/** Every privilege of the schema `public`, by object. */
export async function describePrivileges(client: pg.ClientBase): Promise<readonly Privilege[]> {
  await client.query("begin");
  try {
    // With this search_path every name of `public` is written schema-qualified.
    await client.query("set local search_path = pg_catalog");
    const { rows } = await client.query<Privilege>(statement);
    const inOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
    return rows.sort((a, b) => inOrder(a.object, b.object) || inOrder(a.statement, b.statement));
  } finally {
    await client.query("rollback");
  }
}
