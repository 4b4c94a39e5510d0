/** Checks that a database still has the roles, owners, policies and grants of the migrations, and repairs them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { migrationsFolder } from "../package-files.ts";
import { sqlState } from "./errors.ts";
import { MigrationRefused } from "./migrations.ts";
import { describeForeignOwner, quoted } from "./privileges.ts";
import { localSessionSettings } from "./session-settings.ts";

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
    await client.query(`${localSessionSettings}; set local search_path = pg_catalog`);
    const { rows } = await client.query<Privilege>(statement);
    const inOrder = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
    return rows.sort((a, b) => inOrder(a.object, b.object) || inOrder(a.statement, b.statement));
  } finally {
    await client.query("rollback");
  }
}

/** Written by `generate-privileges.ts`: the privileges after the last migration. */
export const privilegesFile = join(migrationsFolder, "privileges.txt");

/** The file's text: each object, followed by its statements. */
export function printPrivileges(privileges: readonly Privilege[]): string {
  const groups = [...Map.groupBy(privileges, ({ object }) => object)];
  return groups
    .map(([object, members]) => `-- ${object}\n${members.map(({ statement }) => `${statement}\n`).join("")}`)
    .join("\n");
}

function readExpectedPrivileges(): readonly Privilege[] {
  let object = "";
  return readFileSync(privilegesFile, "utf8")
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("-- ")) object = line.slice(3);
      return line === "" || line.startsWith("-- ") ? [] : [{ object, statement: line }];
    });
}

/** Names of the tables that the migrations create. */
export function listOwnTables(): readonly string[] {
  return readExpectedPrivileges().flatMap(
    ({ statement }) => /^ALTER TABLE public\.(\S+) OWNER TO /.exec(statement)?.[1] ?? [],
  );
}

/** What is wrong with a migrated database. */
interface PrivilegeFaults {
  /** In words, the most severe first. */
  readonly faults: readonly string[];
  /** The owner of the tables, if it is neither the connected user nor a role of theirs. */
  readonly foreignOwner: string | null;
  /** Statements that repair them, in order. */
  readonly repair: readonly string[];
}

/** Compares a fully migrated database with the expected privileges. */
export async function findPrivilegeFaults(client: pg.ClientBase): Promise<PrivilegeFaults> {
  const roles = await findRoleFaults(client);
  const expected = readExpectedPrivileges();
  const objects = new Set(expected.map(({ object }) => object));
  const actual = (await describePrivileges(client)).filter(({ object }) => objects.has(object));
  const surplus = difference(actual, expected);
  const missing = difference(expected, actual).filter(
    (statement) => !surplus.includes(`${disabledPrefix}${statement}`),
  );
  return {
    faults: [
      ...roles.map(({ fault }) => fault),
      ...missing.map((statement) => `missing: ${statement}`),
      ...surplus.map((statement) => `too much: ${statement}`),
    ],
    foreignOwner: findForeignOwner(surplus),
    repair: [...roles.map(({ repair }) => repair), ...surplus.flatMap(toRevokingStatements), ...missing],
  };
}

/** One line that describes the first fault and the repair command; null without faults. */
export async function describePrivilegeFaults(client: pg.ClientBase): Promise<string | null> {
  const { faults, foreignOwner } = await findPrivilegeFaults(client);
  const [first] = faults;
  if (first === undefined) return null;
  if (foreignOwner !== null) return describeForeignOwner(foreignOwner);
  const more = faults.length === 1 ? "" : `, and ${faults.length - 1} more`;
  return `The database's roles, owners or privileges are not those that Gatehouse made, as after a restore without them (${first.replace(/;$/, "")}${more}). Run: gatehouse migrate --repair`;
}

/**
 * Restores roles, owners, policies and grants; returns the executed statements.
 * @throws MigrationRefused when the user isn't allowed to
 */
export async function repairPrivileges(client: pg.ClientBase): Promise<readonly string[]> {
  const { repair, foreignOwner } = await findPrivilegeFaults(client);
  if (repair.length === 0) return [];
  if (foreignOwner !== null) throw new MigrationRefused(describeForeignOwner(foreignOwner));
  const { rows } = await client.query<{ name: string }>("select current_user as name");
  const statements = repair.map((statement) =>
    statement.replace(/ OWNER TO owner;$/, ` OWNER TO ${quoted(rows[0]?.name ?? "")};`),
  );
  await runInTransaction(client, statements);
  const left = await findPrivilegeFaults(client);
  if (left.faults.length === 0) return statements;
  throw new MigrationRefused(
    `These could not be put right: ${left.faults.join(" ")} Restore with gatehouse restore into an empty database.`,
  );
}

async function runInTransaction(client: pg.ClientBase, statements: readonly string[]): Promise<void> {
  await client.query("begin");
  let current = "";
  try {
    for (current of statements) await client.query(current);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    if (sqlState(error) !== "42501") throw error;
    throw new MigrationRefused(
      `The database user may not run ${current} As an administrator of the server run it in this database, then gatehouse migrate --repair again.`,
      { cause: error },
    );
  }
}

/** The roles themselves: they belong to the server, so a dump of the database doesn't contain them. */
async function findRoleFaults(
  client: pg.ClientBase,
): Promise<readonly { readonly fault: string; readonly repair: string }[]> {
  const { rows } = await client.query<{ name: string; exists: boolean; isMember: boolean; user: string }>(`
    select wanted as name, r.oid is not null as exists, current_user as user,
           coalesce(pg_has_role(current_user, r.oid,
             case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end), false) as "isMember"
      from unnest(array['gatehouse_app', 'gatehouse_search', 'gatehouse_keeper']) wanted
      left join pg_roles r on r.rolname = wanted`);
  return rows.flatMap(({ name, exists, isMember, user }) => [
    ...(exists ? [] : [{ fault: `the role ${name} is missing`, repair: `CREATE ROLE ${name} NOLOGIN;` }]),
    ...(isMember
      ? []
      : [{ fault: `${user} is no member of ${name}`, repair: `GRANT ${name} TO ${quoted(user)};` }]),
  ]);
}

/** Marks a disabled trigger. */
const disabledPrefix = "DISABLED ";

function difference(all: readonly Privilege[], without: readonly Privilege[]): readonly string[] {
  const known = new Set(without.map(({ statement }) => statement));
  return all.flatMap(({ statement }) => (known.has(statement) ? [] : [statement]));
}

function findForeignOwner(surplus: readonly string[]): string | null {
  const owners = surplus.flatMap(
    (statement) => /^ALTER TABLE \S+ OWNER TO (.*);$/.exec(statement)?.[1] ?? [],
  );
  return owners.find((name) => !name.startsWith("gatehouse_") && name !== "owner") ?? null;
}

/** The statements that revoke a privilege. What an expected statement replaces needs none. */
function toRevokingStatements(statement: string): readonly string[] {
  const [, right, holder] = /^GRANT (.*) TO (\S+);$/.exec(statement) ?? [];
  if (right !== undefined) return [`REVOKE ${right} FROM ${holder};`];
  const [, policy] = /^CREATE POLICY (\S+ ON \S+) /.exec(statement) ?? [];
  if (policy !== undefined) return [`DROP POLICY ${policy};`];
  const [, isOff, trigger, table] =
    /^(DISABLED )?CREATE (?:CONSTRAINT )?TRIGGER (\S+) .*? ON (\S+) /.exec(statement) ?? [];
  if (trigger === undefined) return [];
  return [
    isOff === undefined
      ? `DROP TRIGGER ${trigger} ON ${table};`
      : `ALTER TABLE ${table} ENABLE TRIGGER ${trigger};`,
  ];
}
