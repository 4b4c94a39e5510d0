/** SQL that edits and removes a user, sent with the commit. */
import type { ActorReference, UserStatus } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../../db/row-version.ts";
import { joinSql, prepare, type Statement, sql } from "../../db/sql.ts";
import { chooseNameKey } from "./name-order.ts";
import { buildSearchKeys, type StoredUser } from "./queries.ts";

/** Changes of a user; null means unchanged. */
export interface UserUpdate {
  readonly id: string;
  /** The expected version of the row. */
  readonly version: RowVersion;
  readonly profile: Pick<StoredUser, "name" | "email" | "phone" | "externalId"> | null;
  readonly status: UserStatus | null;
  readonly roles: {
    readonly keptIds: readonly string[];
    /** Added, or with another end. */
    readonly given: readonly { readonly id: string; readonly expiresAt: Date | null }[];
  } | null;
  readonly grantedBy: ActorReference;
  readonly now: Date;
}

/**
 * Updates a user with the commit, which fails as a conflict if the row doesn't have `version` any more. Returns a function for the new
 * version, to be called after the transaction.
 */
export function updateUserAtCommit(
  tx: Pick<Tx, "queryAtCommit">,
  organizationId: string,
  user: UserUpdate,
): () => RowVersion {
  const read = tx.queryAtCommit(sql<{ version: RowVersion }>`${prepare("updateUserAtCommit")}
    WITH edited AS (
      UPDATE users u SET ${joinSql([...assignments(organizationId, user), sql`version = u.version + 1`])}
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${user.id}
        AND ${rowVersion("u")} = ${user.version}
      RETURNING u.user_id, ${rowVersion("u")} AS version)${user.roles === null ? sql`` : replaceRoles(organizationId, user, user.roles)},
    checked AS MATERIALIZED (
      SELECT require_unchanged_authority(EXISTS (SELECT 1 FROM edited)) IS NULL AS "isUnchanged")
    SELECT e.version FROM checked LEFT JOIN edited e ON true`);
  return () => read().rows[0]?.version ?? noVersion;
}

/** Only changed columns: triggers and indexes depend on which columns an UPDATE names. */
function assignments(organizationId: string, { profile, status }: UserUpdate): readonly Statement[] {
  const columns = status === null ? [] : [sql`status = ${status}`];
  if (profile === null) return columns;
  const { nameKeys, searchKey } = buildSearchKeys(profile);
  const nameKey = chooseNameKey(organizationId, sql`${JSON.stringify(nameKeys)}::jsonb`);
  return [
    ...columns,
    sql`name = ${profile.name}, email = ${profile.email}, name_key = ${nameKey}, search_key = ${searchKey}`,
    sql`phone = ${profile.phone}, external_id = ${profile.externalId}`,
  ];
}

function replaceRoles(
  organizationId: string,
  { grantedBy, now }: UserUpdate,
  { keptIds, given }: NonNullable<UserUpdate["roles"]>,
): Statement {
  const givenIds = given.map(({ id }) => id);
  const ends = given.map(({ expiresAt }) => expiresAt?.toISOString() ?? null);
  return sql`,
    deleted AS (
      DELETE FROM user_roles g USING edited e
      WHERE g.organization_id = ${organizationId} AND g.user_id = e.user_id
        AND g.role_id <> ALL(${[...keptIds, ...givenIds]}::uuid[])),
    inserted AS (
      INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_id, granted_by_name, granted_at,
        expires_at)
      SELECT o.organization_id, e.user_id, a.role_id, ${grantedBy.type}::text, ${grantedBy.id}::uuid,
        ${grantedBy.name}::text, ${now}::timestamptz, a.expires_at
      FROM organizations o CROSS JOIN edited e
        CROSS JOIN unnest(${givenIds}::uuid[], ${ends}::timestamptz[]) AS a(role_id, expires_at)
      WHERE o.organization_id = ${organizationId}
      -- A grant gets another end, or an expired one is still in the table; it is replaced.
      ON CONFLICT (organization_id, user_id, role_id) DO UPDATE SET granted_by_type = excluded.granted_by_type,
        granted_by_id = excluded.granted_by_id, granted_by_name = excluded.granted_by_name,
        granted_at = excluded.granted_at, expires_at = excluded.expires_at)`;
}

/** Deletes a user and their grants with the commit, which fails as a conflict if the version doesn't match. */
export function deleteUserAtCommit(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  user: Pick<StoredUser, "id" | "version">,
): void {
  tx.deferToCommit(sql`${prepare("deleteUserAtCommit")}
    WITH deleted AS (
      DELETE FROM users u
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${user.id}
        AND ${rowVersion("u")} = ${user.version}
      RETURNING u.user_id)
    SELECT require_unchanged_authority(EXISTS (SELECT FROM deleted))`);
}
