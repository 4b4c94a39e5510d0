/** Statements of access checks: who of an organization's active users holds what, as of now. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { prepared } from "../../database/prepared.ts";
import { type RowVersion, rowVersion } from "../../database/row-version.ts";
import type { ApiKeyQuery, ApiKeyRow } from "../../http/memberships.ts";

/** A key as it stands, and what its creator and the users in question hold. */
export interface KeyAndGrants
  extends Pick<
    ApiKeyRow,
    "apiKeyId" | "name" | "keyPermissions" | "createdBy" | "lastUsedAt" | "catalogueVersion"
  > {
  /** A row for each live grant in the order of giving, and one without a role for a user without any; null for no user. */
  readonly grants: readonly GrantRow[] | null;
}

type GrantRow = readonly [
  userId: string,
  status: "active" | "suspended",
  roleId: string | null,
  roleVersion: RowVersion | null,
  /** If the user was asked about by it. */
  externalId: string | null,
];

/** The statement for all that a question needs: one look at the database for the key and for everybody who is asked about. */
export function keyAndGrants(
  organizationId: string,
  {
    secretHash,
    now,
    userIds,
    externalIds,
  }: ApiKeyQuery & { readonly userIds: readonly string[]; readonly externalIds: readonly string[] },
): RawBuilder<KeyAndGrants> {
  // A statement of its own, so that questions by user ids, the usual ones, cost what they did.
  const byExternalId = externalIds.length > 0;
  const named = byExternalId
    ? sql`, CASE WHEN u.external_id = ANY(${externalIds}::text[]) THEN u.external_id END`
    : sql`, NULL::text`;
  const more = byExternalId
    ? sql` || ARRAY(SELECT e.user_id FROM users e
        WHERE e.organization_id = ${organizationId} AND e.external_id = ANY(${externalIds}::text[]))`
    : sql``;
  return sql`${prepared}
    WITH k AS MATERIALIZED (
      SELECT api_key_id, name, permissions, created_by, last_used_at FROM api_keys
      WHERE organization_id = ${organizationId} AND secret_hash = ${secretHash} AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > ${now}))
    SELECT k.api_key_id AS "apiKeyId", k.name, k.permissions AS "keyPermissions", k.created_by AS "createdBy",
      k.last_used_at AS "lastUsedAt",
      (SELECT ${rowVersion("c")} FROM catalogues c WHERE c.organization_id = ${organizationId}) AS "catalogueVersion",
      (SELECT json_agg(json_build_array(u.user_id, u.status, r.role_id, ${rowVersion("r")}${named}) ORDER BY g.granted_at, g.role_id)
        FROM users u
        LEFT JOIN user_roles g ON g.organization_id = ${organizationId} AND g.user_id = u.user_id
          AND (g.expires_at IS NULL OR g.expires_at > ${now})
        LEFT JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
        WHERE u.organization_id = ${organizationId}
          AND u.user_id = ANY(${userIds}::uuid[] || (SELECT created_by FROM k)${more})) AS grants
    FROM k`;
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
