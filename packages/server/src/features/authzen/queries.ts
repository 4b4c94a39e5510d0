/** SQL of access checks. */

import type { ApiKeyQuery, ApiKeyRow } from "../../auth/memberships.ts";
import type { Tx } from "../../db/database.ts";
import { prepared } from "../../db/prepared.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { type Statement, sql } from "../../db/sql.ts";

/** An API key, and the grants of its creator and of the requested users. */
export interface KeyAndGrants
  extends Pick<
    ApiKeyRow,
    "apiKeyId" | "name" | "keyPermissions" | "createdBy" | "lastUsedAt" | "catalogueVersion"
  > {
  /** One row per unexpired grant, oldest first, and one without a role for a user without grants; null for no users. */
  readonly grants: readonly GrantRow[] | null;
}

type GrantRow = readonly [
  userId: string,
  status: "active" | "suspended",
  roleId: string | null,
  roleVersion: RowVersion | null,
  /** Set when the request named the user by it. */
  externalId: string | null,
];

/** One statement for the key and the requested users. */
export function selectKeyAndGrants(
  organizationId: string,
  {
    secretHash,
    now,
    userIds,
    externalIds,
  }: ApiKeyQuery & { readonly userIds: readonly string[]; readonly externalIds: readonly string[] },
): Statement<KeyAndGrants> {
  // A separate statement, so that requests with user ids only stay as cheap as they were.
  const byExternalId = externalIds.length > 0;
  const externalIdColumn = byExternalId
    ? sql`, CASE WHEN u.external_id = ANY(${externalIds}::text[]) THEN u.external_id END`
    : sql`, NULL::text`;
  const externalIdMatches = byExternalId
    ? sql` || ARRAY(SELECT e.user_id FROM users e
        WHERE e.organization_id = ${organizationId} AND e.external_id = ANY(${externalIds}::text[]))`
    : sql``;
  return sql<KeyAndGrants>`${prepared}
    WITH k AS MATERIALIZED (
      SELECT api_key_id, name, permissions, created_by, last_used_at FROM api_keys
      WHERE organization_id = ${organizationId} AND secret_hash = ${secretHash} AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > ${now}))
    SELECT k.api_key_id AS "apiKeyId", k.name, k.permissions AS "keyPermissions", k.created_by AS "createdBy",
      k.last_used_at AS "lastUsedAt",
      (SELECT ${rowVersion("c")} FROM catalogues c WHERE c.organization_id = ${organizationId}) AS "catalogueVersion",
      (SELECT json_agg(json_build_array(u.user_id, u.status, r.role_id, ${rowVersion("r")}${externalIdColumn}) ORDER BY g.granted_at, g.role_id)
        FROM users u
        LEFT JOIN user_roles g ON g.organization_id = ${organizationId} AND g.user_id = u.user_id
          AND (g.expires_at IS NULL OR g.expires_at > ${now})
        LEFT JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE u.organization_id = ${organizationId}
          AND u.user_id = ANY(${userIds}::uuid[] || (SELECT created_by FROM k)${externalIdMatches})) AS grants
    FROM k`;
}

/** Ids of active users who have one of the roles, ordered, after `after`. */
export async function findUsersWithRoles(
  tx: Tx,
  organizationId: string,
  page: {
    readonly roleIds: readonly string[];
    readonly now: Date;
    readonly after: string;
    readonly limit: number;
  },
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ id: string }>`
    SELECT u.user_id AS id FROM users u
    WHERE u.organization_id = ${organizationId} AND u.status = 'active' AND u.user_id > ${page.after}::uuid
      AND EXISTS (SELECT FROM user_roles g
        WHERE g.organization_id = ${organizationId} AND g.user_id = u.user_id AND g.role_id = ANY(${page.roleIds}::uuid[])
          AND (g.expires_at IS NULL OR g.expires_at > ${page.now}))
    ORDER BY u.user_id LIMIT ${page.limit}`);
  return rows.map(({ id }) => id);
}
