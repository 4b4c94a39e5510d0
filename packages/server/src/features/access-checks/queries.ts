/** Statements of access checks: who of an organization's active users holds what, as of now. */
import type { Role } from "@gatehouse/access";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";

/** An active user with the roles that count now. */
export interface ActiveUser {
  readonly userId: string;
  readonly roles: readonly Role[];
}

function liveRoles(organizationId: string, now: Date): RawBuilder<readonly Role[]> {
  return sql`COALESCE((
    SELECT json_agg(json_build_object('id', r.role_id, 'name', r.name, 'isOwner', r.is_owner, 'permissions', ARRAY(
        SELECT p.permission FROM role_permissions p
        WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id))
      ORDER BY g.granted_at, r.role_id)
    FROM user_roles g
    JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
    WHERE g.organization_id = ${organizationId} AND g.user_id = s.user_id
      AND (g.expires_at IS NULL OR g.expires_at > ${now})), '[]'::json)`;
}

/** Those of the users who are active here, as one value of a larger statement. */
export function activeUsers(
  organizationId: string,
  { userIds, now }: { readonly userIds: readonly string[]; readonly now: Date },
): RawBuilder<readonly ActiveUser[]> {
  const [only] = userIds;
  if (only === undefined) return sql`'[]'::json`;
  const which = userIds.length === 1 ? sql`s.user_id = ${only}` : sql`s.user_id = ANY(${userIds}::uuid[])`;
  return sql`COALESCE((
    SELECT json_agg(json_build_object('userId', s.user_id, 'roles', ${liveRoles(organizationId, now)}))
    FROM users s
    WHERE s.organization_id = ${organizationId} AND ${which} AND s.status = 'active'), '[]'::json)`;
}

/** Ids of active users who hold one of the roles now, in order, after one of them. */
export async function findHoldersOfRoles(
  tx: Tx,
  organizationId: string,
  page: {
    readonly roleIds: readonly string[];
    readonly now: Date;
    readonly after: string;
    readonly limit: number;
  },
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT u.user_id AS id FROM users u
    WHERE u.organization_id = ${organizationId} AND u.status = 'active' AND u.user_id > ${page.after}::uuid
      AND EXISTS (SELECT FROM user_roles g
        WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id AND g.role_id = ANY(${page.roleIds}::uuid[])
          AND (g.expires_at IS NULL OR g.expires_at > ${page.now}))
    ORDER BY u.user_id LIMIT ${page.limit}`.execute(tx);
  return rows.map(({ id }) => id);
}
