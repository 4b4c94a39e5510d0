/** Checks the tables, functions, roles and servers of a distributed database. */
import type pg from "pg";
import { serverSettings } from "./server-settings.ts";
import { referenceTables, sharedFunctions, tenantFunctions, tenantTables } from "./tables.ts";

/** What is known about a distributed database. */
export interface Distribution {
  /** Servers that keep rows of organizations. */
  readonly workers: number;
  /** What is wrong, in sentences. */
  readonly faults: readonly string[];
}

/** The state of the distribution; null where the tables are on one server. */
export async function checkDistribution(client: pg.ClientBase): Promise<Distribution | null> {
  const { rows } = await client.query<{ isInstalled: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS "isInstalled"`,
  );
  if (rows[0]?.isInstalled !== true) return null;
  const placements = await readPlacements(client);
  if (placements.size === 0) return null;
  const nodes = await client.query<{ name: string; isActive: boolean }>(`
    SELECT nodename || ':' || nodeport AS name, isactive AS "isActive" FROM pg_dist_node
    WHERE groupid <> 0 AND noderole = 'primary' AND shouldhaveshards`);
  const faults = [
    ...findMisplacedTables(placements),
    ...(await listLocalFunctions(client)).map(
      (signature) => `${signature} isn't on the servers that have the organizations' rows.`,
    ),
    ...(await findRolesWithoutLogin(client)),
    ...(await findMissingSettings(client)),
    ...nodes.rows.filter(({ isActive }) => !isActive).map(({ name }) => `The worker ${name} isn't active.`),
  ];
  return { workers: nodes.rows.length, faults };
}

/** Where a table is: "tenant" with `organizations`, "reference" on all servers, or elsewhere. */
type Placement = "tenant" | "reference" | "other";

async function readPlacements(client: pg.ClientBase): Promise<ReadonlyMap<string, Placement>> {
  const { rows } = await client.query<{ name: string; placement: Placement }>(`
    SELECT c.relname AS name, CASE WHEN p.partmethod = 'n' AND p.repmodel = 't' THEN 'reference'
      WHEN p.partmethod = 'h' AND column_to_column_name(p.logicalrelid, p.partkey) = 'organization_id'
        AND p.colocationid = (SELECT o.colocationid FROM pg_dist_partition o WHERE o.logicalrelid = 'public.organizations'::regclass)
      THEN 'tenant' ELSE 'other' END AS placement
    FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
    WHERE c.relnamespace = 'public'::regnamespace`);
  return new Map(rows.map(({ name, placement }) => [name, placement]));
}

function findMisplacedTables(placements: ReadonlyMap<string, Placement>): readonly string[] {
  return [
    ...tenantTables
      .filter((name) => placements.get(name) !== "tenant")
      .map((name) => `${name} isn't distributed by organization_id together with organizations.`),
    ...referenceTables
      .filter((name) => placements.get(name) !== "reference")
      .map((name) => `${name} isn't on every server.`),
  ];
}

/** The functions that only the coordinator has, or that don't run where the rows of their organization are. */
export async function listLocalFunctions(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ signature: string }>(
    `SELECT w.signature FROM unnest($1::text[] || $2::text[]) AS w(signature)
      WHERE NOT EXISTS (SELECT FROM pg_dist_object d WHERE d.classid = 'pg_proc'::regclass
        AND d.objid = to_regprocedure('public.' || w.signature)
        AND (w.signature = ANY ($2) OR d.distribution_argument_index = 0 AND d.force_delegation))`,
    [tenantFunctions.map(({ signature }) => signature), sharedFunctions],
  );
  return rows.map(({ signature }) => signature);
}

async function findRolesWithoutLogin(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT rolname AS name FROM pg_roles WHERE rolname IN ('gatehouse_app', 'gatehouse_search', 'gatehouse_keeper') AND NOT rolcanlogin ORDER BY 1",
  );
  return rows.map(({ name }) => `The role ${name} can't connect to the workers.`);
}

/** A copy of the database doesn't have its settings. */
async function findMissingSettings(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ setting: string }>(`
    SELECT lower(unnest(s.setconfig)) AS setting FROM pg_db_role_setting s
    JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database() AND s.setrole = 0`);
  const present = new Set(rows.map(({ setting }) => setting));
  return Object.entries(serverSettings)
    .filter(([name, value]) => !present.has(`${name}=${value}`.toLowerCase()))
    .map(([name, value]) => `The database doesn't have the setting ${name} = '${value}'.`);
}

/** One line about the faults, and what to do; null without any. */
export function describeDistributionFaults({ faults }: Distribution): string | null {
  const [first, ...others] = faults;
  if (first === undefined) return null;
  const more = others.length === 0 ? "" : ` And ${others.length} more.`;
  return `The tables aren't distributed as they should be: ${first}${more} Run as a superuser: gatehouse migrate --distributed`;
}
