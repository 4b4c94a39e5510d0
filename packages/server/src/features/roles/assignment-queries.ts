/** SQL for the users and invitations that have a role: for previews and for replacing the role. */
import type { ActorReference } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { named, prepare, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";

/** A role and the current time. */
export interface RoleQuery {
  readonly organizationId: string;
  readonly roleId: string;
  readonly now: Date;
}

/** The number of users or invitations with the same set of other roles. */
export interface RoleGroup {
  readonly otherRoleIds: readonly string[];
  readonly count: number;
}

/** A user with the role, and the names of all roles of the user. */
export interface UserWithRole {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Users who currently have the role, grouped by their other roles. */
export async function groupUsersByOtherRoles(tx: Tx, query: RoleQuery): Promise<readonly RoleGroup[]> {
  const { rows } = await tx.query(sql<RoleGroup>`${named("groupUsersByOtherRoles")}
    SELECT per_user.other AS "otherRoleIds", count(*)::integer AS count
    FROM (
      SELECT ARRAY(SELECT o.role_id FROM user_roles o
        WHERE o.organization_id = ${query.organizationId} AND o.user_id = g.user_id AND o.role_id <> ${query.roleId}
          AND ${isUnexpired("o", query.now)} ORDER BY o.role_id) AS other
      FROM user_roles g
      WHERE g.organization_id = ${query.organizationId} AND g.role_id = ${query.roleId}
        AND ${isUnexpired("g", query.now)}
    ) per_user GROUP BY per_user.other`);
  return rows;
}

/** Pending invitations with the role, grouped by their other roles; `withExpired` includes expired ones. */
export async function groupInvitationsByOtherRoles(
  tx: Tx,
  query: RoleQuery,
  { withExpired = false }: { readonly withExpired?: boolean } = {},
): Promise<readonly RoleGroup[]> {
  const { rows } = await tx.query(sql<RoleGroup>`${named("groupInvitationsByOtherRoles")}
    SELECT per_invitation.other AS "otherRoleIds", count(*)::integer AS count
    FROM (
      SELECT ARRAY(SELECT o.role_id FROM invitation_roles o
        WHERE o.organization_id = ${query.organizationId} AND o.invitation_id = i.invitation_id
          AND o.role_id <> ${query.roleId} ORDER BY o.role_id) AS other
      FROM invitation_roles r
      JOIN invitations i ON i.organization_id = ${query.organizationId} AND i.invitation_id = r.invitation_id
      WHERE r.organization_id = ${query.organizationId} AND r.role_id = ${query.roleId}
        AND i.status = 'pending' AND (${withExpired}::boolean OR i.expires_at > ${query.now})
    ) per_invitation GROUP BY per_invitation.other`);
  return rows;
}

/** Whether a user has the role, temporary or not. */
export async function hasRole(
  tx: Tx,
  organizationId: string,
  userId: string,
  roleId: string,
): Promise<boolean> {
  const { rows } = await tx.query(sql`${prepare("hasRole")}
    SELECT FROM user_roles
    WHERE organization_id = ${organizationId} AND user_id = ${userId} AND role_id = ${roleId}`);
  return rows.length > 0;
}

/** Locks all users with the role, so that no other transaction changes their roles before this one ends. */
export async function lockUsersWithRole(tx: Tx, query: RoleQuery): Promise<void> {
  await tx.query(sql`${named("lockUsersWithRole")}
    SELECT FROM users u
    WHERE u.organization_id = ${query.organizationId} AND u.user_id IN (
      SELECT g.user_id FROM user_roles g WHERE g.organization_id = ${query.organizationId} AND g.role_id = ${query.roleId})
    ORDER BY u.user_id FOR NO KEY UPDATE`);
}

/** Names of the first users who currently have the role and exactly these other roles. */
export async function listUserNames(
  tx: Tx,
  query: RoleQuery,
  otherRoleIds: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ name: string }>`${named("listUserNames")}
    SELECT u.name FROM user_roles g
    JOIN users u ON u.organization_id = ${query.organizationId} AND u.user_id = g.user_id
    WHERE g.organization_id = ${query.organizationId} AND g.role_id = ${query.roleId}
      AND ${isUnexpired("g", query.now)}
      AND ARRAY(SELECT o.role_id FROM user_roles o
        WHERE o.organization_id = ${query.organizationId} AND o.user_id = g.user_id AND o.role_id <> ${query.roleId}
          AND ${isUnexpired("o", query.now)} ORDER BY o.role_id) = ${otherRoleIds}::uuid[]
    ORDER BY u.name_key, u.user_id LIMIT ${limit}`);
  return rows.map(({ name }) => name);
}

/** All users who currently have the role. */
export async function listUsersWithRole(tx: Tx, query: RoleQuery): Promise<readonly UserWithRole[]> {
  const { rows } = await tx.query(sql<UserWithRole>`${named("listUsersWithRole")}
    SELECT u.user_id AS id, u.name,
      ARRAY(SELECT r.name FROM user_roles o
        JOIN roles r ON r.organization_id = ${query.organizationId} AND r.role_id = o.role_id
        WHERE o.organization_id = ${query.organizationId} AND o.user_id = g.user_id
          AND ${isUnexpired("o", query.now)} ORDER BY r.name_key) AS roles
    FROM user_roles g JOIN users u ON u.organization_id = ${query.organizationId} AND u.user_id = g.user_id
    WHERE g.organization_id = ${query.organizationId} AND g.role_id = ${query.roleId}
      AND ${isUnexpired("g", query.now)}
    ORDER BY u.name_key, u.user_id`);
  return rows;
}

/**
 * With the commit, assigns the replacement to all users who currently have the role, with the same expiry, and increments their version.
 * A user who already has the replacement keeps it until the later of the two expiry times.
 */
export function grantReplacement(
  tx: Pick<Tx, "deferToCommit">,
  query: RoleQuery,
  replacement: { readonly roleId: string; readonly grantedBy: ActorReference },
): void {
  const { grantedBy } = replacement;
  tx.deferToCommit(sql`${named("grantReplacement")}
    WITH inserted AS (
      INSERT INTO user_roles AS g (organization_id, user_id, role_id, granted_by_type, granted_by_id, granted_by_name,
        granted_at, expires_at)
      SELECT o.organization_id, o.user_id, ${replacement.roleId}::uuid, ${grantedBy.type}::text,
        ${grantedBy.id}::uuid, ${grantedBy.name}::text, ${query.now}::timestamptz, o.expires_at
      FROM user_roles o
      WHERE o.organization_id = ${query.organizationId} AND o.role_id = ${query.roleId}
        AND ${isUnexpired("o", query.now)}
      ON CONFLICT (organization_id, user_id, role_id) DO UPDATE SET expires_at =
        CASE WHEN g.expires_at IS NULL OR excluded.expires_at IS NULL THEN NULL
          ELSE greatest(g.expires_at, excluded.expires_at) END
      RETURNING g.user_id)
    UPDATE users u SET version = u.version + 1 FROM inserted
    WHERE u.organization_id = ${query.organizationId} AND u.user_id = inserted.user_id`);
}

/**
 * With the commit, adds the replacement to every pending invitation with the role, expired ones included, for as long as it offered the role.
 * An invitation that offers the replacement already keeps the longer of the two; an instant and a number of days can't be
 * compared, so its own stays.
 */
export function addReplacementToInvitations(
  tx: Pick<Tx, "deferToCommit">,
  query: RoleQuery,
  replacementId: string,
): void {
  tx.deferToCommit(sql`${named("addReplacementToInvitations")}
    INSERT INTO invitation_roles AS r (organization_id, invitation_id, role_id, expires_at, for_days)
    SELECT o.organization_id, o.invitation_id, ${replacementId}::uuid, o.expires_at, o.for_days
    FROM invitation_roles o
    JOIN invitations i ON i.organization_id = ${query.organizationId} AND i.invitation_id = o.invitation_id
    WHERE o.organization_id = ${query.organizationId} AND o.role_id = ${query.roleId} AND i.status = 'pending'
    ON CONFLICT (organization_id, invitation_id, role_id) DO UPDATE SET
      expires_at = CASE WHEN excluded.expires_at IS NULL AND excluded.for_days IS NULL THEN NULL
        ELSE greatest(r.expires_at, CASE WHEN r.expires_at IS NULL THEN NULL ELSE excluded.expires_at END) END,
      for_days = CASE WHEN excluded.expires_at IS NULL AND excluded.for_days IS NULL THEN NULL
        ELSE greatest(r.for_days, CASE WHEN r.for_days IS NULL THEN NULL ELSE excluded.for_days END) END`);
}

/** Removes the role from all users and invitations with the commit; the caller records the audit events. */
export function unassignRole(tx: Pick<Tx, "deferToCommit">, organizationId: string, roleId: string): void {
  tx.deferToCommit(sql`${prepare("unassignRole")}
    WITH users AS (
      DELETE FROM user_roles WHERE organization_id = ${organizationId} AND role_id = ${roleId})
    DELETE FROM invitation_roles WHERE organization_id = ${organizationId} AND role_id = ${roleId}`);
}
