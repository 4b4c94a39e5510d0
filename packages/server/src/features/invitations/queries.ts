/** Statements that read and lock invitations. Those that write are in the files of their use cases. */
import type { ActorReference, Delivery, Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { type RoleTranslations, translateRole } from "../../db/role-texts.ts";
import { named, type Statement, sql } from "../../db/sql.ts";

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
export async function findInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<readonly StoredInvitation[]> {
  if (invitationIds.length === 0) return [];
  const { rows } = await tx.query(sql<InvitationRow>`${named("findInvitations")}
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

/** An invited address that has an account, or a user here who can't sign in to Gatehouse. */
export interface ExistingAccount {
  readonly email: string;
  /** The account's; null without an account. */
  readonly language: Language | null;
  /** The name in this organization; null when the address has no user here. */
  readonly userName: string | null;
  /** That user. */
  readonly userId: string | null;
}

/** Locks the pending invitations at these addresses until the transaction ends. */
export async function lockPending(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly PendingInvitation[]> {
  if (emails.length === 0) return [];
  // Ordered by email, so that two requests for the same addresses wait for each other and don't deadlock.
  const locked = await tx.query(sql<{ id: string }>`
    SELECT invitation_id AS id FROM invitations
    WHERE organization_id = ${organizationId} AND status = 'pending' AND email = ANY(${emails}::text[])
    ORDER BY email FOR NO KEY UPDATE`);
  if (locked.rows.length === 0) return [];
  // Roles may have been replaced while this transaction waited for the lock, so they are read afterwards.
  const { rows } = await tx.query(sql<PendingInvitation>`
    SELECT i.invitation_id AS id, i.email, ARRAY(SELECT o.role_id::text FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id ORDER BY o.role_id) AS "roleIds"
    FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.invitation_id = ANY(${locked.rows.map(({ id }) => id)}::uuid[])
      AND i.status = 'pending'`);
  return rows;
}

/** The pending invitations at these addresses, without a lock. */
export async function findPending(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly PendingInvitation[]> {
  if (emails.length === 0) return [];
  const { rows } = await tx.query(sql<PendingInvitation>`${named("findPending")}
    SELECT i.invitation_id AS id, i.email, ARRAY(SELECT o.role_id::text FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id ORDER BY o.role_id) AS "roleIds"
    FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.status = 'pending' AND i.email = ANY(${emails}::text[])`);
  return rows;
}

/** The addresses of these that have an account, or a user in this organization. */
export async function findAccounts(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly ExistingAccount[]> {
  if (emails.length === 0) return [];
  const { rows } = await tx.query(sql<ExistingAccount>`${named("findAccounts")}
    SELECT e.email, a.language, u.name AS "userName", u.user_id AS "userId"
    FROM unnest(${emails}::text[]) AS e(email)
      LEFT JOIN accounts a ON a.email = e.email
      LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.email = e.email
    WHERE a.account_id IS NOT NULL OR u.user_id IS NOT NULL`);
  return rows;
}

/** An address with the external id that it is to get. */
interface RequestedExternalId {
  readonly email: string;
  readonly externalId: string | null;
}

/**
 * The requested external ids, and the address that has each: of a user, of a pending invitation, or the first that asks for it.
 */
export async function findExternalIds(
  tx: Tx,
  organizationId: string,
  requested: readonly RequestedExternalId[],
): Promise<ReadonlyMap<string, string>> {
  const ids = requested.flatMap(({ externalId }) => externalId ?? []);
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query(sql<{ externalId: string; email: string }>`${named("findExternalIds")}
    SELECT u.external_id AS "externalId", u.email FROM users u
    WHERE u.organization_id = ${organizationId} AND u.external_id = ANY(${ids}::text[])
    UNION ALL
    SELECT i.external_id, i.email FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.external_id = ANY(${ids}::text[]) AND i.status = 'pending'`);
  const inOrder = requested.toReversed().flatMap(({ email, externalId }): [string, string][] => {
    return externalId === null ? [] : [[externalId, email]];
  });
  return new Map([...inOrder, ...rows.map((row): [string, string] => [row.externalId, row.email])]);
}

/**
 * Locks invitations until the transaction ends. They are read in a second statement: the first may have waited for the
 * lock, and would return the roles from before.
 */
export async function lockInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<readonly StoredInvitation[]> {
  // Ordered by email, as in `insertInvitations`, so that two requests wait for each other and don't deadlock.
  await tx.query(sql`${named("lockInvitations")}
    SELECT invitation_id FROM invitations
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
    ORDER BY email, invitation_id FOR NO KEY UPDATE`);
  return findInvitations(tx, organizationId, invitationIds);
}
