/** Fills organizations with very many users, as fast as PostgreSQL copies rows: triggers and foreign keys don't run. */
import { foldText } from "@gatehouse/sdk/contract";
import pg from "pg";
import { systemIds } from "../../packages/server/src/ports/ids.ts";
import type { TestOrganization } from "../../packages/server/test/factories.ts";
import type { BenchDatabase } from "./database.ts";
import type { GeneratedUser } from "./fixtures.ts";

const batch = 20_000;

/**
 * Adds the users with their accounts and grants, and what triggers would have written. Returns the id of the first one. The tables have
 * statistics afterwards.
 */
export async function addManyUsers(
  { superuserUrl }: Pick<BenchDatabase, "superuserUrl">,
  { organizationId, roles }: TestOrganization,
  users: readonly GeneratedUser[],
): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  let first = "";
  try {
    await client.query("SET session_replication_role = replica");
    for (let from = 0; from < users.length; from += batch) {
      const some = users.slice(from, from + batch).map((user) => ({ ...user, id: systemIds.next() }));
      first ||= some[0]?.id ?? "";
      const names = some.map(({ name }) => name);
      const grants = some.flatMap(({ id, name, roles: held }) =>
        held.map((role) => ({ id, key: foldText(name), role: roles[role as keyof typeof roles] })),
      );
      await client.query("BEGIN");
      await client.query(insertUsers, [
        organizationId,
        some.map(({ id }) => id),
        names,
        some.map(({ email }) => email),
        names.map(foldText),
      ]);
      await client.query(insertGrants, [
        organizationId,
        grants.map(({ id }) => id),
        grants.map(({ role }) => role),
        grants.map(({ key }) => key),
      ]);
      await client.query("COMMIT");
    }
    await client.query(countUsers, [organizationId]);
    await client.query(countGrants, [organizationId]);
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
  return first;
}

const insertUsers = `
  WITH w AS MATERIALIZED (
    SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS w(id, name, email, name_key)),
  a AS (
    INSERT INTO accounts (account_id, email, name, created_at) SELECT id, email, name, now() FROM w),
  m AS (
    INSERT INTO account_organizations (account_id, organization_id, user_id, status, organization_name)
    SELECT w.id, o.organization_id, w.id, 'active', o.name FROM w JOIN organizations o ON o.organization_id = $1)
  INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
  SELECT $1, id, id, name, email, name_key, name_key || E'\\n' || email, now() FROM w`;

const insertGrants = `
  INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, name_key)
  SELECT $1, w.user_id, w.role_id, 'system', 'Benchmark', now(), w.name_key
  FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS w(user_id, role_id, name_key)`;

const countUsers = `
  UPDATE organizations SET user_count = (SELECT count(*) FROM users WHERE organization_id = $1) WHERE organization_id = $1`;

const countGrants = `
  INSERT INTO role_user_counts AS c (organization_id, role_id, part, users)
  SELECT organization_id, role_id, 0, count(*) FROM user_roles WHERE organization_id = $1 AND expires_at IS NULL GROUP BY 1, 2
  ON CONFLICT (organization_id, role_id, part) DO UPDATE SET users = excluded.users - COALESCE((
    SELECT sum(o.users) FROM role_user_counts o
    WHERE o.organization_id = c.organization_id AND o.role_id = c.role_id AND o.part <> c.part), 0)`;
