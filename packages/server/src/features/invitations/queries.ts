/** Statements that read and lock invitations. Those that write are in the files of their use cases. */
import type { Role } from "@gatehouse/access";
import type { ActorReference, Delivery, Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { type RoleTranslations, translateRole } from "../../db/role-texts.ts";
import { prepare, type Statement, sql } from "../../db/sql.ts";
import { emailState } from "./deliver/schedule-email.ts";

/** How long an offered role lasts: until an instant, for some days from joining, or, with neither, without end. */
export interface OfferedEnd {
  readonly expiresAt: Date | null;
  readonly forDays: number | null;
}

/** A role that an invitation offers. */
interface OfferedRole extends OfferedEnd {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly translations: RoleTranslations;
}

/** A row of `invitations` with its roles. */
export interface StoredInvitation {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  /** For the user that comes of it. */
  readonly externalId: string | null;
  readonly message: string | null;
  readonly language: Language;
  readonly status: "pending" | "accepted" | "revoked";
  readonly generation: number;
  readonly invitedBy: ActorReference;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly delivery: Delivery;
  readonly deliveryError: string | null;
  readonly lastSentAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly acceptedBy: string | null;
  readonly revokedAt: Date | null;
  /** In name order. */
  readonly roles: readonly OfferedRole[];
}

/** Identifies an invitation. */
export interface InvitationKey {
  readonly organizationId: string;
  readonly invitationId: string;
}

/** One invitation, or null. */
export async function findInvitation(tx: Tx, key: InvitationKey): Promise<StoredInvitation | null> {
  const [invitation] = await findInvitations(tx, key.organizationId, [key.invitationId]);
  return invitation ?? null;
}

/** The invitations with these ids, in no particular order. */
async function findInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<readonly StoredInvitation[]> {
  if (invitationIds.length === 0) return [];
  const { rows } = await tx.query(sql<InvitationRow>`${prepare("findInvitations")}
    SELECT ${selectColumns(organizationId)} FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.invitation_id = ANY(${invitationIds}::uuid[])`);
  return rows.map(readInvitation);
}

/** The roles of an invitation in the language of a reader. */
export function translateRoles(
  roles: StoredInvitation["roles"],
  language: Language | null,
): StoredInvitation["roles"] {
  return roles.map((role) => translateRole(role, language));
}

/** The row of an invitation: the times of its roles are texts in JSON. */
export interface InvitationRow extends Omit<StoredInvitation, "roles"> {
  readonly roles: readonly (Omit<OfferedRole, "expiresAt"> & { readonly expiresAt: string | null })[];
}

/** The invitation of a row. */
export function readInvitation({ roles, ...row }: InvitationRow): StoredInvitation {
  return {
    ...row,
    roles: roles.map((role) => ({
      ...role,
      expiresAt: role.expiresAt === null ? null : new Date(role.expiresAt),
    })),
  };
}

/** The columns of `InvitationRow`. */
export function selectColumns(organizationId: string): Statement {
  return sql`
    i.invitation_id AS id, i.email, i.name, i.external_id AS "externalId", i.message, i.language, i.status, i.generation,
    jsonb_build_object('type', i.invited_by_type, 'id', i.invited_by_id, 'name', i.invited_by_name) AS "invitedBy",
    i.created_at AS "createdAt", i.expires_at AS "expiresAt", i.delivery, i.delivery_error AS "deliveryError",
    i.last_sent_at AS "lastSentAt", i.accepted_at AS "acceptedAt", i.accepted_by AS "acceptedBy",
    i.revoked_at AS "revokedAt",
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', r.role_id, 'name', r.name, 'description', r.description,
          'translations', r.translations, 'expiresAt', o.expires_at, 'forDays', o.for_days)
        ORDER BY r.name_key, r.role_id), '[]'::jsonb)
      FROM invitation_roles o JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = o.role_id
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id) AS roles`;
}

/** A pending invitation, expired or not, at an invited address. */
export interface PendingInvitation {
  readonly id: string;
  readonly email: string;
  readonly roleIds: readonly string[];
}

/**
 * Locks the pending invitations at these addresses until the transaction ends. Their roles may have been replaced while this transaction
 * waited for the lock, so they are read afterwards.
 */
export async function lockPending(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly StoredInvitation[]> {
  if (emails.length === 0) return [];
  // Ordered by email, so that two requests for the same addresses wait for each other and don't deadlock.
  const locked = await tx.query(sql<{ id: string }>`${prepare("lockPending")}
    SELECT i.id FROM (SELECT DISTINCT unnest(${emails}::text[]) AS email ORDER BY 1) AS e CROSS JOIN LATERAL (
      SELECT p.invitation_id AS id FROM invitations p
      WHERE ${isPendingAt(organizationId)} ORDER BY p.email LIMIT 1 FOR NO KEY UPDATE) AS i`);
  const ids = locked.rows.map(({ id }) => id);
  return (await findInvitations(tx, organizationId, ids)).filter(({ status }) => status === "pending");
}

/** The pending invitations at these addresses, without a lock. */
export async function findPending(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly PendingInvitation[]> {
  if (emails.length === 0) return [];
  const { rows } = await tx.query(sql<PendingInvitation>`${prepare("findPending")}
    SELECT i.invitation_id AS id, i.email, ARRAY(SELECT o.role_id::text FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id ORDER BY o.role_id) AS "roleIds"
    FROM (SELECT DISTINCT unnest(${emails}::text[]) AS email) AS e CROSS JOIN LATERAL (
      SELECT p.invitation_id, p.email FROM invitations p
      WHERE ${isPendingAt(organizationId)} ORDER BY p.email LIMIT 1) AS i`);
  return rows;
}

/**
 * Condition: invitation `p` is the pending one at the address `e.email`. As a range, and ordered by the address, because only the
 * unique index has that order: to find an equal address any index of the organization seems as good, as long as the table has no
 * statistics, and another one reads all its invitations for each address.
 */
function isPendingAt(organizationId: string): Statement {
  return sql`p.organization_id = ${organizationId} AND p.status = 'pending' AND p.email >= e.email AND p.email <= e.email`;
}

/** An address with the external id that it is to get. */
interface RequestedExternalId {
  readonly email: string;
  readonly externalId: string | null;
}

/** An external id, and the address of the user or pending invitation that has it. */
export interface ExternalIdHolder {
  readonly externalId: string;
  readonly email: string;
}

/** A subquery for the holders of these external ids. */
export function externalIdHolders(
  organizationId: string,
  ids: readonly string[],
): Statement<ExternalIdHolder> {
  return sql<ExternalIdHolder>`
    SELECT u.external_id AS "externalId", u.email FROM users u
    WHERE u.organization_id = ${organizationId} AND u.external_id = ANY(${ids}::text[])
    UNION ALL
    SELECT i.external_id, i.email FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.external_id = ANY(${ids}::text[]) AND i.status = 'pending'`;
}

/** The address that has each requested external id: that of its holder, or the first that asks for it. */
export function toHolders(
  requested: readonly RequestedExternalId[],
  holders: readonly ExternalIdHolder[],
): ReadonlyMap<string, string> {
  const inOrder = requested.toReversed().flatMap(({ email, externalId }): [string, string][] => {
    return externalId === null ? [] : [[externalId, email]];
  });
  return new Map([...inOrder, ...holders.map((row): [string, string] => [row.externalId, row.email])]);
}

/** What is known about invitations that somebody wants to change. */
export interface LockedInvitations {
  readonly invitations: readonly StoredInvitation[];
  /** The roles that they offer, with their permissions. */
  readonly roles: readonly Role[];
}

/**
 * Locks invitations until the transaction ends, and reads them afterwards: the lock may have waited for a change. All statements are sent
 * at once.
 */
export async function lockInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<LockedInvitations> {
  if (invitationIds.length === 0) return { invitations: [], roles: [] };
  // Ordered by email, as in `storeInvitations`, so that two requests wait for each other and don't deadlock.
  const [, invitations, { rows: roles }] = await Promise.all([
    tx.query(sql`${prepare("lockInvitations")}
      SELECT invitation_id FROM invitations
      WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      ORDER BY email, invitation_id FOR NO KEY UPDATE`),
    findInvitations(tx, organizationId, invitationIds),
    tx.query(sql<Role>`${prepare("findOfferedRoles")}
      SELECT r.role_id AS id, r.name, r.is_owner AS "isOwner", ARRAY(SELECT p.permission::text FROM role_permissions p
        WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id) AS permissions
      FROM roles r
      WHERE r.organization_id = ${organizationId} AND r.role_id IN (SELECT o.role_id FROM invitation_roles o
        WHERE o.organization_id = ${organizationId} AND o.invitation_id = ANY(${invitationIds}::uuid[]))`),
  ]);
  return { invitations, roles };
}

/** What is known about an address beside its invitation. */
interface InvitedAddress {
  readonly email: string;
  /** Whether it has a user in this organization. */
  readonly isUser: boolean;
  /** Whether another invitation to it is pending. */
  readonly isPending: boolean;
  /** Seconds until an email may be sent; null at the daily limit. */
  readonly emailDelay: number | null;
}

/** The addresses of invitations. */
export async function findInvitedAddresses(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
  now: Date,
): Promise<readonly InvitedAddress[]> {
  const { rows } = await tx.query(sql<InvitedAddress>`${prepare("findInvitedAddresses")}
    SELECT i.email,
      EXISTS (SELECT FROM users u WHERE u.organization_id = ${organizationId} AND u.email = i.email) AS "isUser",
      EXISTS (SELECT FROM invitations o WHERE o.organization_id = ${organizationId} AND o.email = i.email
        AND o.invitation_id <> i.invitation_id AND o.status = 'pending') AS "isPending",
      CASE WHEN m.email IS NULL THEN 0 ELSE ${emailState(now)} END AS "emailDelay"
    FROM invitations i
    LEFT JOIN invitation_mails m ON m.organization_id = ${organizationId} AND m.email = i.email
    WHERE i.organization_id = ${organizationId} AND i.invitation_id = ANY(${invitationIds}::uuid[])`);
  return rows;
}
