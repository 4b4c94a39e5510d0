/** Every statement of a change of the catalogue. Their number doesn't grow with people, roles or permissions. */
import type { Role } from "@gatehouse/access";
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../../database/row-version.ts";

/** People or invitations that have the same roles: a few groups, however many there are. */
export interface Holders {
  readonly roleIds: readonly string[];
  readonly count: number;
  /** The first by name. */
  readonly names: readonly string[];
}

/** A key that lists what it may do. */
export interface ListedKey {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** How many names a group brings. */
export const mostNames = 10;

/** The catalogue's version, and whose it is. */
export interface CatalogueRow {
  readonly version: RowVersion;
  readonly organizationName: string;
}

/** The version that the catalogue has now, read so that nobody changes it meanwhile unless this is for a preview. */
export async function findVersion(
  tx: Tx,
  organizationId: string,
  isPreview: boolean,
): Promise<CatalogueRow | null> {
  const { rows } = await sql<CatalogueRow>`
    SELECT ${rowVersion("c")} AS version, o.name AS "organizationName"
    FROM catalogues c JOIN organizations o ON o.organization_id = ${organizationId}
    WHERE c.organization_id = ${organizationId} ${isPreview ? sql`` : sql`FOR UPDATE OF c`}`.execute(tx);
  return rows[0] ?? null;
}

/** All roles. */
export async function listRoles(tx: Tx, organizationId: string): Promise<readonly Role[]> {
  const { rows } = await sql<Role>`
    SELECT r.role_id AS id, r.name, r.is_owner AS "isOwner",
      ARRAY(SELECT p.permission::text FROM role_permissions p
        WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id ORDER BY p.permission) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} ORDER BY r.name_key, r.role_id`.execute(tx);
  return rows;
}

/** Roles that a user was given, for a time that is over too. */
export async function listRoleIds(
  tx: Tx,
  organizationId: string,
  userId: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT role_id AS id FROM user_roles
    WHERE organization_id = ${organizationId} AND user_id = ${userId} ORDER BY role_id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Users by what they hold now. */
export async function groupUsers(tx: Tx, organizationId: string, now: Date): Promise<readonly Holders[]> {
  const { rows } = await sql<Holders>`
    SELECT held.roles AS "roleIds", count(*)::integer AS count,
      (array_agg(held.name ORDER BY held.name_key, held.user_id))[1:${sql.lit(mostNames)}] AS names
    FROM (
      SELECT u.user_id, u.name, u.name_key, array_agg(g.role_id ORDER BY g.role_id) AS roles
      FROM user_roles g
      JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = g.user_id
      WHERE g.organization_id = ${organizationId} AND (g.expires_at IS NULL OR g.expires_at > ${now})
      GROUP BY u.organization_id, u.user_id
    ) held GROUP BY held.roles`.execute(tx);
  return rows;
}

/** Pending invitations by what they offer; their names are addresses. */
export async function groupInvitations(
  tx: Tx,
  organizationId: string,
  now: Date,
): Promise<readonly Holders[]> {
  const { rows } = await sql<Holders>`
    SELECT offered.roles AS "roleIds", count(*)::integer AS count,
      (array_agg(offered.email ORDER BY offered.email))[1:${sql.lit(mostNames)}] AS names
    FROM (
      SELECT i.email, array_agg(o.role_id ORDER BY o.role_id) AS roles
      FROM invitation_roles o
      JOIN invitations i ON i.organization_id = ${organizationId} AND i.invitation_id = o.invitation_id
      WHERE o.organization_id = ${organizationId} AND i.status = 'pending' AND i.expires_at > ${now}
      GROUP BY i.organization_id, i.invitation_id
    ) offered GROUP BY offered.roles`.execute(tx);
  return rows;
}

/** Keys that still work and list what they may do; those of every right have what their creator has. */
export async function listKeys(tx: Tx, organizationId: string, now: Date): Promise<readonly ListedKey[]> {
  const { rows } = await sql<ListedKey>`
    SELECT name, permissions FROM api_keys
    WHERE organization_id = ${organizationId} AND permissions IS NOT NULL AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${now})
    ORDER BY name, api_key_id`.execute(tx);
  return rows;
}

/** Writes the definition, and gives its version. */
export async function updateCatalogue(
  tx: Tx,
  organizationId: string,
  catalogue: { readonly definition: string; readonly now: Date },
): Promise<RowVersion> {
  const { rows } = await sql<{ version: RowVersion }>`
    UPDATE catalogues c SET definition = ${catalogue.definition}::jsonb, version = c.version + 1,
      updated_at = ${catalogue.now}
    WHERE c.organization_id = ${organizationId} RETURNING ${rowVersion("c")} AS version`.execute(tx);
  return rows[0]?.version ?? noVersion;
}

/**
 * Takes every name but these out of roles and keys, also those that were left from long ago: a name that comes back
 * later must not give anything to anybody by itself. Roles that lose one get a new version.
 */
export async function keepOnly(
  tx: Tx,
  organizationId: string,
  kept: { readonly permissions: readonly string[]; readonly now: Date },
): Promise<void> {
  await sql`
    WITH taken AS (
      DELETE FROM role_permissions
      WHERE organization_id = ${organizationId} AND permission <> ALL(${kept.permissions}::text[])
      RETURNING role_id)
    UPDATE roles SET version = version + 1, updated_at = ${kept.now}
    WHERE organization_id = ${organizationId} AND role_id IN (SELECT role_id FROM taken)`.execute(tx);
  await sql`
    UPDATE api_keys SET permissions = ARRAY(
      SELECT p.name FROM unnest(permissions) WITH ORDINALITY AS p(name, place)
      WHERE p.name = ANY(${kept.permissions}::text[]) ORDER BY p.place)
    WHERE organization_id = ${organizationId} AND NOT permissions <@ ${kept.permissions}::text[]`.execute(tx);
}
