/** Fills an installation with very many organizations: copies of one, written set by set. Triggers and foreign keys don't run. */
import { createHash } from "node:crypto";
import pg from "pg";
import { systemIds } from "../../packages/server/src/ports/ids.ts";
import type { TestOrganization } from "../../packages/server/test/factories.ts";
import type { BenchDatabase } from "./database.ts";

/** Organizations in one transaction. */
const batch = 500;

/** A copy of the template: its roles have other ids, its owner is the template's. */
export interface CopiedOrganization {
  readonly organizationId: string;
  /** Two users with accounts, who are viewers. */
  readonly viewerIds: readonly [string, string];
}

/**
 * Adds copies of the template, each with so many users more, who have one role each but owner. Only the viewers have accounts. Without `areListed`
 * lists of users have no indexes afterwards, which takes a fraction of the time. The tables have statistics.
 */
export async function addManyOrganizations(
  { superuserUrl }: Pick<BenchDatabase, "superuserUrl">,
  template: TestOrganization,
  {
    count,
    users,
    areListed = false,
  }: { readonly count: number; readonly users: number; readonly areListed?: boolean },
): Promise<readonly CopiedOrganization[]> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const copies: CopiedOrganization[] = [];
  try {
    await client.query("SET session_replication_role = replica");
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(slowIndexes);
    for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
    for (let from = 0; from < count; from += batch) {
      const ids = Array.from({ length: Math.min(batch, count - from) }, () => systemIds.next());
      await client.query("BEGIN");
      await client.query(
        "CREATE TEMP TABLE copied ON COMMIT DROP AS SELECT id FROM unnest($1::uuid[]) AS c(id)",
        [ids],
      );
      for (const table of tables)
        await client.query(copyRows(table), [template.organizationId, template.owner.userId]);
      await client.query(insertPermissions, [template.organizationId]);
      await client.query(insertUsers, [users]);
      await client.query(insertAccounts);
      await client.query(insertGrants, [template.organizationId, template.roles.viewer]);
      await client.query("UPDATE organizations SET user_count = $1 FROM copied WHERE organization_id = id", [
        users + 1,
      ]);
      await client.query("COMMIT");
      for (const id of ids)
        copies.push({ organizationId: id, viewerIds: [toUserId(id, 1), toUserId(id, 2)] });
    }
    if (areListed) for (const { definition } of indexes) await client.query(definition);
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
  return copies;
}

/** They would take most of the time while rows are inserted. */
const slowIndexes = `
  SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
  WHERE i.indrelid IN ('users'::regclass, 'user_roles'::regclass) AND NOT i.indisunique`;

const tables = ["organizations", "catalogues", "roles", "users", "user_roles"];

/** A UUIDv8 from a text. */
const toUuid = (text: string) =>
  `overlay(overlay(md5(${text}) placing '8' from 13) placing 'a' from 17)::uuid`;

/** Roles have other ids in each organization, as they would have. */
const newRoleId = toUuid("t.role_id::text || c.id");

function copyRows(table: string): string {
  const changed = table === "roles" || table === "user_roles" ? `, 'role_id', ${newRoleId}` : "";
  const ownUser = table.startsWith("user") ? "AND t.user_id = $2" : "AND $2::uuid IS NOT NULL";
  return `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('organization_id', c.id${changed}))).*
    FROM copied c, ${table} t WHERE t.organization_id = $1 ${ownUser}`;
}

const insertPermissions = `
  INSERT INTO role_permissions (organization_id, role_id, permission)
  SELECT c.id, ${newRoleId}, t.permission FROM copied c, role_permissions t WHERE t.organization_id = $1`;

/** One text for all is fast to index. */
const insertUsers = `
  INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
  SELECT c.id, u.id, u.id, 'User ' || n, 'user-' || n || '@example.test', 'user ' || n, 'user', now()
  FROM copied c, generate_series(1, $1::integer) n, LATERAL (SELECT ${toUuid("c.id::text || n")} AS id) u`;

const insertAccounts = `
  WITH viewers AS (
    SELECT u.* FROM users u JOIN copied c ON c.id = u.organization_id WHERE u.name_key IN ('user 1', 'user 2')),
  a AS (
    INSERT INTO accounts (account_id, email, name, created_at)
    SELECT account_id, organization_id || email, name, created_at FROM viewers)
  INSERT INTO account_organizations (account_id, organization_id, user_id, status, organization_name)
  SELECT account_id, organization_id, user_id, 'active', 'Copy' FROM viewers`;

/** The id that `insertUsers` gives. */
function toUserId(organizationId: string, n: number): string {
  const hex = createHash("md5").update(`${organizationId}${n}`).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-8$3-a$4-$5");
}

const insertGrants = `
  WITH roles AS (
    SELECT role_id, row_number() OVER (ORDER BY role_id) - 1 AS at, count(*) OVER () AS count FROM roles
    WHERE organization_id = $1 AND NOT is_owner)
  INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, name_key)
  SELECT u.organization_id, u.user_id, ${newRoleId}, 'system', 'Benchmark', now(), u.name_key
  FROM users u JOIN copied c ON c.id = u.organization_id
  JOIN roles t ON CASE WHEN u.name_key IN ('user 1', 'user 2') THEN t.role_id = $2
    ELSE t.at = substring(u.name_key FROM 6)::integer % t.count END
  WHERE u.name_key LIKE 'user %'`;
