/** Puts the tables of organizations on the servers of a Citus cluster. */
import type pg from "pg";
import { listPending } from "../migrate.ts";
import { MigrationRefused } from "../migrations.ts";
import { quoted } from "../privileges.ts";
import { listLocalFunctions } from "./check-distribution.ts";
import { alterDatabase, serverSettings } from "./server-settings.ts";
import { referenceTables, tenantFunctions, tenantTables } from "./tables.ts";

/** What the coordinator says about itself. */
interface Cluster {
  readonly database: string;
  readonly owner: string;
  readonly user: string;
  readonly isSuperuser: boolean;
  readonly version: string | null;
}

/** The oldest version of Citus with which it was tested. */
const minMajorVersion = 13;

/**
 * Distributes the tables of a migrated database, and returns what it did, in sentences; nothing when all is in place. All tables are
 * distributed in one transaction: when it is interrupted, nothing has changed. Needs a superuser, because the policies of the tables reject
 * their owner.
 * @throws MigrationRefused with what is missing
 */
export async function distribute(client: pg.ClientBase): Promise<readonly string[]> {
  const cluster = await readCluster(client);
  await requireCluster(client, cluster);
  const prepared = await prepareServers(client, cluster);
  const pending = await listPending(client);
  if (pending.length > 0)
    throw new MigrationRefused(
      `The roles are prepared, but the schema isn't up to date (${pending[0]}). Run as ${cluster.owner}, the owner of the database: gatehouse migrate. Then run this again.`,
    );
  const tables = await distributeTables(client);
  return [...prepared, ...tables, ...(await distributeFunctions(client))];
}

async function readCluster(client: pg.ClientBase): Promise<Cluster> {
  const { rows } = await client.query<Cluster>(`
    SELECT current_database() AS database, pg_get_userbyid(d.datdba) AS owner, current_user AS "user",
      (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) AS "isSuperuser",
      (SELECT e.extversion FROM pg_extension e WHERE e.extname = 'citus') AS version
    FROM pg_database d WHERE d.datname = current_database()`);
  const [row] = rows;
  if (row === undefined) throw new Error("The database isn't listed.");
  return row;
}

async function requireCluster(client: pg.ClientBase, cluster: Cluster): Promise<void> {
  const { database, user, isSuperuser, version } = cluster;
  if (version === null)
    throw new MigrationRefused(
      `The database ${database} doesn't have the extension citus. Run on the coordinator and each worker, in a database of this name: CREATE EXTENSION citus;`,
    );
  if (Number.parseInt(version, 10) < minMajorVersion)
    throw new MigrationRefused(
      `The database has Citus ${version}. Gatehouse needs ${minMajorVersion} or newer.`,
    );
  if (!isSuperuser)
    throw new MigrationRefused(
      `${user} isn't a superuser. Run this command once with a superuser in DATABASE_URL; serve and worker keep the one that they have.`,
    );
  const { rows } = await client.query<{ coordinators: number; workers: number }>(`
    SELECT count(*) FILTER (WHERE groupid = 0)::integer AS coordinators,
      count(*) FILTER (WHERE groupid <> 0 AND isactive AND shouldhaveshards)::integer AS workers
    FROM pg_dist_node WHERE noderole = 'primary'`);
  if ((rows[0]?.coordinators ?? 0) === 0)
    throw new MigrationRefused(
      "The workers don't know the coordinator. Run on it: SELECT citus_set_coordinator_host('HOST', PORT);",
    );
  if ((rows[0]?.workers ?? 0) === 0)
    throw new MigrationRefused(
      "The coordinator has no workers. Run on it for each: SELECT citus_add_node('HOST', PORT);",
    );
}

/** Roles and settings. The roles need LOGIN, because the coordinator connects to the workers as the role of the transaction. */
async function prepareServers(
  client: pg.ClientBase,
  { database, owner }: Cluster,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; canLogin: boolean | null; isMember: boolean | null }>(
    `SELECT w.name, r.rolcanlogin AS "canLogin", pg_has_role($1::name, r.oid, 'MEMBER') AS "isMember"
      FROM unnest(array['gatehouse_app', 'gatehouse_search', 'gatehouse_keeper']) AS w(name)
      LEFT JOIN pg_roles r ON r.rolname = w.name`,
    [owner],
  );
  const done: string[] = [];
  for (const { name, canLogin, isMember } of rows) {
    if (canLogin === true && isMember === true) continue;
    await client.query(`${canLogin === null ? "CREATE" : "ALTER"} ROLE ${name} LOGIN`);
    await client.query(`GRANT ${name} TO ${quoted(owner)}`);
    done.push(`The role ${name} may connect to the workers.`);
  }
  for (const statement of alterDatabase(database))
    await client.query("SELECT run_command_on_all_nodes($1)", [statement]);
  for (const [name, value] of Object.entries(serverSettings)) await client.query(`SET ${name} = '${value}'`);
  return done;
}

/** The tables that aren't distributed yet, in order. */
async function listLocal(client: pg.ClientBase, tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT w.name FROM unnest($1::text[]) WITH ORDINALITY AS w(name, place)
      WHERE NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = to_regclass('public.' || w.name))
      ORDER BY w.place`,
    [tables],
  );
  return rows.map(({ name }) => name);
}

async function distributeTables(client: pg.ClientBase): Promise<readonly string[]> {
  const [shared, ofTenants] = [
    await listLocal(client, referenceTables),
    await listLocal(client, tenantTables),
  ];
  if (shared.length + ofTenants.length === 0) return [];
  await client.query("BEGIN; SET LOCAL citus.multi_shard_modify_mode = 'sequential'");
  try {
    const triggers = await dropTriggers(client, [...shared, ...ofTenants]);
    const foreignKeys = await dropForeignKeys(client);
    for (const name of shared) await client.query(`SELECT create_reference_table('public.${name}')`);
    for (const name of ofTenants) {
      const colocation = name === "organizations" ? "" : ", colocate_with => 'public.organizations'";
      await client.query(`SELECT create_distributed_table('public.${name}', 'organization_id'${colocation})`);
    }
    for (const statement of foreignKeys) await client.query(statement);
    // What the coordinator's own tables hold would never be read.
    for (const name of ofTenants.toReversed())
      await client.query(`SELECT truncate_local_data_after_distributing_table('public.${name}')`);
    for (const statement of triggers) await client.query(statement);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the first error says more
    throw error;
  }
  return [
    ...shared.map((name) => `Every server has a copy of ${name}.`),
    ...ofTenants.map((name) => `${name} is distributed by organization_id.`),
  ];
}

async function distributeFunctions(client: pg.ClientBase): Promise<readonly string[]> {
  const local = await listLocalFunctions(client);
  for (const signature of local) {
    const tenant = tenantFunctions.find((known) => known.signature === signature)?.tenant;
    const place =
      tenant === undefined
        ? ""
        : `, '${tenant}', colocate_with => 'public.organizations', force_delegation => true`;
    await client.query(`SELECT create_distributed_function('public.${signature}'${place})`);
  }
  return local.map((signature) => `Every server has the function ${signature}.`);
}

/** Drops the triggers of the tables, and returns the statements that create them again: they would count rows twice that are copied. */
async function dropTriggers(client: pg.ClientBase, tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT c.relname AS "table", t.tgname AS name, pg_get_triggerdef(t.oid) AS definition
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY ($1) AND NOT t.tgisinternal
      ORDER BY c.relname, t.tgname`,
    [tables],
  );
  for (const { table, name } of rows)
    await client.query(`DROP TRIGGER ${quoted(name)} ON public.${quoted(table)}`);
  return rows.map(({ definition }) => definition);
}

/**
 * Drops the foreign keys to accounts, and returns the statements that add them again afterwards. A table that stays on the coordinator alone
 * can't have one. Citus allows no ON DELETE SET NULL: there, the statement that deletes a row sets it.
 */
async function dropForeignKeys(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{
    table: string;
    name: string;
    definition: string;
  }>(`
    SELECT c.relname AS "table", f.conname AS name, pg_get_constraintdef(f.oid) AS definition
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
    WHERE f.contype = 'f' AND (f.confrelid = 'public.accounts'::regclass OR f.confdeltype = 'n')
      AND NOT EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = f.conrelid)
    ORDER BY c.relname`);
  for (const { table, name } of rows)
    await client.query(`ALTER TABLE public.${quoted(table)} DROP CONSTRAINT ${quoted(name)}`);
  const isDistributed = (table: string): boolean =>
    [...referenceTables, ...tenantTables].some((name) => name === table);
  return rows
    .filter(({ table }) => isDistributed(table))
    .map(({ table, name, definition }) => {
      const allowed = definition.replace(/ ON DELETE SET NULL( \([^)]*\))?/, "");
      return `ALTER TABLE public.${quoted(table)} ADD CONSTRAINT ${quoted(name)} ${allowed}`;
    });
}
