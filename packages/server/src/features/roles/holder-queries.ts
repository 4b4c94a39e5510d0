/** Statements on who holds a role and which invitations offer it: for previews, and for putting another in its place. */

import type { ActorReference } from "@gatehouse/sdk/contract";
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";

/** A role at one instant. */
export interface RoleAt {
  readonly organizationId: string;
  readonly roleId: string;
  readonly now: Date;
}

/** How many hold a role, or are invited with it, beside the same other roles. */
export interface Companions {
  readonly otherRoleIds: readonly string[];
  readonly count: number;
}

/** Somebody who holds a role, with the names of all their roles. */
export interface RoleHolder {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Those who hold the role now, grouped by what else they hold: a few groups, however many people. */
export async function groupHolders(tx: Tx, at: RoleAt): Promise<readonly Companions[]> {
  const { rows } = await sql<Companions>`
    SELECT held.other AS "otherRoleIds", count(*)::integer AS count
    FROM (
      SELECT ARRAY(SELECT o.role_id FROM user_roles o
        WHERE o.organization_id = ${at.organizationId} AND o.user_id = g.user_id AND o.role_id <> ${at.roleId}
          AND (o.expires_at IS NULL OR o.expires_at > ${at.now}) ORDER BY o.role_id) AS other
      FROM user_roles g
      WHERE g.organization_id = ${at.organizationId} AND g.role_id = ${at.roleId}
        AND (g.expires_at IS NULL OR g.expires_at > ${at.now})
    ) held GROUP BY held.other`.execute(tx);
  return rows;
}

/** Pending invitations that offer the role, grouped by what else they offer; with `withExpired` those that ran out, too. */
export async function groupInvitations(
  tx: Tx,
  at: RoleAt,
  { withExpired = false }: { readonly withExpired?: boolean } = {},
): Promise<readonly Companions[]> {
  const { rows } = await sql<Companions>`
    SELECT offered.other AS "otherRoleIds", count(*)::integer AS count
    FROM (
      SELECT ARRAY(SELECT o.role_id FROM invitation_roles o
        WHERE o.organization_id = ${at.organizationId} AND o.invitation_id = i.invitation_id
          AND o.role_id <> ${at.roleId} ORDER BY o.role_id) AS other
      FROM invitation_roles r
      JOIN invitations i ON i.organization_id = ${at.organizationId} AND i.invitation_id = r.invitation_id
      WHERE r.organization_id = ${at.organizationId} AND r.role_id = ${at.roleId}
        AND i.status = 'pending' AND (${withExpired}::boolean OR i.expires_at > ${at.now})
    ) offered GROUP BY offered.other`.execute(tx);
  return rows;
}

/** Whether a user has the role, be it for a time only. */
export async function holdsRole(
  tx: Tx,
  organizationId: string,
  userId: string,
  roleId: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM user_roles
    WHERE organization_id = ${organizationId} AND user_id = ${userId} AND role_id = ${roleId}`.execute(tx);
  return rows.length > 0;
}

/** Keeps the roles of everybody who holds the role from being changed by anybody else until the transaction ends. */
export async function lockHolders(tx: Tx, at: RoleAt): Promise<void> {
  await sql`
    SELECT FROM users u
    WHERE u.organization_id = ${at.organizationId} AND u.user_id IN (
      SELECT g.user_id FROM user_roles g WHERE g.organization_id = ${at.organizationId} AND g.role_id = ${at.roleId})
    ORDER BY u.user_id FOR NO KEY UPDATE`.execute(tx);
}

/** The first names of those who hold the role now beside exactly the same other roles. */
export async function nameHolders(
  tx: Tx,
  at: RoleAt,
  otherRoleIds: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT u.name FROM user_roles g
    JOIN users u ON u.organization_id = ${at.organizationId} AND u.user_id = g.user_id
    WHERE g.organization_id = ${at.organizationId} AND g.role_id = ${at.roleId}
      AND (g.expires_at IS NULL OR g.expires_at > ${at.now})
      AND ARRAY(SELECT o.role_id FROM user_roles o
        WHERE o.organization_id = ${at.organizationId} AND o.user_id = g.user_id AND o.role_id <> ${at.roleId}
          AND (o.expires_at IS NULL OR o.expires_at > ${at.now}) ORDER BY o.role_id) = ${otherRoleIds}::uuid[]
    ORDER BY u.name_key, u.user_id LIMIT ${limit}`.execute(tx);
  return rows.map(({ name }) => name);
}

/** Everybody who holds the role now. */
export async function listRoleHolders(tx: Tx, at: RoleAt): Promise<readonly RoleHolder[]> {
  const { rows } = await sql<RoleHolder>`
    SELECT u.user_id AS id, u.name,
      ARRAY(SELECT r.name FROM user_roles o
        JOIN roles r ON r.organization_id = ${at.organizationId} AND r.role_id = o.role_id
        WHERE o.organization_id = ${at.organizationId} AND o.user_id = g.user_id
          AND (o.expires_at IS NULL OR o.expires_at > ${at.now}) ORDER BY r.name_key) AS roles
    FROM user_roles g JOIN users u ON u.organization_id = ${at.organizationId} AND u.user_id = g.user_id
    WHERE g.organization_id = ${at.organizationId} AND g.role_id = ${at.roleId}
      AND (g.expires_at IS NULL OR g.expires_at > ${at.now})
    ORDER BY u.name_key, u.user_id`.execute(tx);
  return rows;
}

/**
 * Gives everybody who holds the role now the replacement, until the same end, and raises the version of those users.
 * Whoever has the replacement already keeps it, until the later of both ends.
 */
export async function grantReplacement(
  tx: Tx,
  at: RoleAt,
  replacement: { readonly roleId: string; readonly grantedBy: ActorReference },
): Promise<void> {
  const { grantedBy } = replacement;
  await sql`
    WITH given AS (
      INSERT INTO user_roles AS g (organization_id, user_id, role_id, granted_by_type, granted_by_id, granted_by_name,
        granted_at, expires_at)
      SELECT ${at.organizationId}::uuid, o.user_id, ${replacement.roleId}::uuid, ${grantedBy.type}::text,
        ${grantedBy.id}::uuid, ${grantedBy.name}::text, ${at.now}::timestamptz, o.expires_at
      FROM user_roles o
      WHERE o.organization_id = ${at.organizationId} AND o.role_id = ${at.roleId}
        AND (o.expires_at IS NULL OR o.expires_at > ${at.now})
      ON CONFLICT (organization_id, user_id, role_id) DO UPDATE SET expires_at =
        CASE WHEN g.expires_at IS NULL OR excluded.expires_at IS NULL THEN NULL
          ELSE greatest(g.expires_at, excluded.expires_at) END
      RETURNING g.user_id)
    UPDATE users u SET version = u.version + 1 FROM given
    WHERE u.organization_id = ${at.organizationId} AND u.user_id = given.user_id`.execute(tx);
}

/** Puts the replacement into every pending invitation that offers the role, expired ones included. */
export async function offerReplacement(tx: Tx, at: RoleAt, replacementId: string): Promise<void> {
  await sql`
    INSERT INTO invitation_roles (organization_id, invitation_id, role_id)
    SELECT ${at.organizationId}::uuid, o.invitation_id, ${replacementId}::uuid
    FROM invitation_roles o
    JOIN invitations i ON i.organization_id = ${at.organizationId} AND i.invitation_id = o.invitation_id
    WHERE o.organization_id = ${at.organizationId} AND o.role_id = ${at.roleId} AND i.status = 'pending'
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** Takes the role from everybody and out of every invitation; what happened with it is in the audit log. */
export async function withdrawRole(tx: Tx, organizationId: string, roleId: string): Promise<void> {
  await sql`DELETE FROM user_roles WHERE organization_id = ${organizationId} AND role_id = ${roleId}`.execute(
    tx,
  );
  await sql`DELETE FROM invitation_roles WHERE organization_id = ${organizationId} AND role_id = ${roleId}`.execute(
    tx,
  );
}
