/** SQL for changing the catalogue. The number of statements doesn't depend on the number of users or roles. */
import type { Role } from "@gatehouse/access";
import type { Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { roleText } from "../../db/role-texts.ts";
import { noVersion, type RowVersion, rowVersion } from "../../db/row-version.ts";
import { named, rawSql, sql } from "../../db/sql.ts";
import { isPending, isUnexpired } from "../../db/unexpired.ts";

/** The users or invitations with the same set of roles. */
export interface RoleSetGroup {
  readonly roleIds: readonly string[];
  readonly count: number;
  /** Names of the first few. */
  readonly names: readonly string[];
}

/** A key with its own list of permissions. */
export interface ListedKey {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** Maximum number of names in a group. */
export const maxNames = 10;

/** The catalogue's version and its organization. */
export interface CatalogueRow {
  readonly version: RowVersion;
  readonly organizationName: string;
}

/** The current version of the catalogue. Locks the row, except for a preview. */
export async function findVersion(
  tx: Tx,
  organizationId: string,
  isPreview: boolean,
): Promise<CatalogueRow | null> {
  const { rows } = await tx.query(sql<CatalogueRow>`${named("findVersion")}
    SELECT ${rowVersion("c")} AS version, o.name AS "organizationName"
    FROM catalogues c JOIN organizations o ON o.organization_id = ${organizationId}
    WHERE c.organization_id = ${organizationId} ${isPreview ? sql`` : sql`FOR UPDATE OF c`}`);
  return rows[0] ?? null;
}

/** All roles, with their names in a language. */
export async function listRoles(
  tx: Tx,
  organizationId: string,
  language: Language | null,
): Promise<readonly Role[]> {
  const { rows } = await tx.query(sql<Role>`${named("listRoles")}
    SELECT r.role_id AS id, ${roleText("name", language)} AS name, r.is_owner AS "isOwner",
      ARRAY(SELECT p.permission::text FROM role_permissions p
        WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id ORDER BY p.permission) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} ORDER BY r.name_key, r.role_id`);
  return rows;
}

/** Ids of the roles of a user, expired grants included. */
export async function listRoleIds(
  tx: Tx,
  organizationId: string,
  userId: string,
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ id: string }>`${named("listRoleIds")}
    SELECT role_id AS id FROM user_roles
    WHERE organization_id = ${organizationId} AND user_id = ${userId} ORDER BY role_id`);
  return rows.map(({ id }) => id);
}

/** Users grouped by their current roles. */
export async function groupUsers(
  tx: Tx,
  organizationId: string,
  now: Date,
): Promise<readonly RoleSetGroup[]> {
  const { rows } = await tx.query(sql<RoleSetGroup>`${named("groupUsers")}
    SELECT per_user.roles AS "roleIds", count(*)::integer AS count,
      (array_agg(per_user.name ORDER BY per_user.name_key, per_user.user_id))[1:${rawSql(String(maxNames))}] AS names
    FROM (
      SELECT u.user_id, u.name, u.name_key, array_agg(g.role_id ORDER BY g.role_id) AS roles
      FROM user_roles g
      JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = g.user_id
      WHERE g.organization_id = ${organizationId} AND ${isUnexpired("g", now)}
      GROUP BY u.organization_id, u.user_id
    ) per_user GROUP BY per_user.roles`);
  return rows;
}

/** Pending invitations grouped by their roles; the names are email addresses. */
export async function groupInvitations(
  tx: Tx,
  organizationId: string,
  now: Date,
): Promise<readonly RoleSetGroup[]> {
  const { rows } = await tx.query(sql<RoleSetGroup>`${named("groupInvitations")}
    SELECT per_invitation.roles AS "roleIds", count(*)::integer AS count,
      (array_agg(per_invitation.email ORDER BY per_invitation.email))[1:${rawSql(String(maxNames))}] AS names
    FROM (
      SELECT i.email, array_agg(o.role_id ORDER BY o.role_id) AS roles
      FROM invitation_roles o
      JOIN invitations i ON i.organization_id = ${organizationId} AND i.invitation_id = o.invitation_id
      WHERE o.organization_id = ${organizationId} AND ${isPending(now)}
      GROUP BY i.organization_id, i.invitation_id
    ) per_invitation GROUP BY per_invitation.roles`);
  return rows;
}

/** Active keys with their own permissions; unrestricted keys have those of their creator. */
export async function listActiveKeys(
  tx: Tx,
  organizationId: string,
  now: Date,
): Promise<readonly ListedKey[]> {
  const { rows } = await tx.query(sql<ListedKey>`${named("listActiveKeys")}
    SELECT name, permissions FROM api_keys
    WHERE organization_id = ${organizationId} AND permissions IS NOT NULL AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${now})
    ORDER BY name, api_key_id`);
  return rows;
}

/** Updates the definition and returns its new version. */
export async function updateCatalogue(
  tx: Tx,
  organizationId: string,
  catalogue: { readonly definition: string; readonly now: Date },
): Promise<RowVersion> {
  const { rows } = await tx.query(sql<{ version: RowVersion }>`${named("updateCatalogue")}
    UPDATE catalogues c SET definition = ${catalogue.definition}::jsonb, version = c.version + 1,
      updated_at = ${catalogue.now}
    WHERE c.organization_id = ${organizationId} RETURNING ${rowVersion("c")} AS version`);
  return rows[0]?.version ?? noVersion;
}

/**
 * Deletes all other permissions from roles and keys, including names that left the catalogue earlier: a name that is added
 * again later must not grant anything by itself. Roles that lose a permission get a new version, and the next push of a template compares them.
 */
export async function removeOtherPermissions(
  tx: Tx,
  organizationId: string,
  kept: { readonly permissions: readonly string[]; readonly now: Date },
): Promise<void> {
  const removing = tx.query(sql`
    WITH deleted AS (
      DELETE FROM role_permissions
      WHERE organization_id = ${organizationId} AND permission <> ALL(${kept.permissions}::text[])
      RETURNING role_id),
    stale AS (
      UPDATE role_templates SET content_hash = ''
      WHERE organization_id = ${organizationId} AND role_id IN (SELECT role_id FROM deleted))
    UPDATE roles SET version = version + 1, updated_at = ${kept.now}
    WHERE organization_id = ${organizationId} AND role_id IN (SELECT role_id FROM deleted)`);
  const narrowing = tx.query(sql`
    UPDATE api_keys SET permissions = ARRAY(
      SELECT p.name FROM unnest(permissions) WITH ORDINALITY AS p(name, place)
      WHERE p.name = ANY(${kept.permissions}::text[]) ORDER BY p.place)
    WHERE organization_id = ${organizationId} AND NOT permissions <@ ${kept.permissions}::text[]`);
  await Promise.all([removing, narrowing]);
}
