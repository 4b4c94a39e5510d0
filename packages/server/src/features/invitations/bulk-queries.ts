/** The statements that invite many at once: each works on all addresses of a request together. */
import {
  type ActorReference,
  type Delivery,
  foldEmail,
  foldText,
  type Language,
} from "@gatehouse/sdk/contract";
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";

/** A pending invitation, expired or not, that stands where another is wanted. */
export interface PendingInvitation {
  readonly id: string;
  readonly email: string;
  readonly roleIds: readonly string[];
}

/** Somebody who has an account at an invited address. */
export interface Addressee {
  readonly email: string;
  readonly language: Language;
  /** Their name in this organization; null when they are no user of it. */
  readonly userName: string | null;
}

/** What all invitations of one request have in common. */
export interface InvitationTerms {
  readonly organizationId: string;
  readonly message: string | null;
  readonly invitedBy: ActorReference;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly delivery: Delivery;
}

/** One invitation to be written. */
export interface InvitationDraft {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly language: Language;
  readonly roleIds: readonly string[];
}

/** The pending invitations at these addresses; nobody else can change them until the transaction ends. */
export async function lockPending(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly PendingInvitation[]> {
  if (emails.length === 0) return [];
  // Always in the order of the addresses, so that two requests with the same ones wait for each other and don't lock up.
  const locked = await sql<{ id: string }>`
    SELECT invitation_id AS id FROM invitations
    WHERE organization_id = ${organizationId} AND status = 'pending' AND email = ANY(${emails}::text[])
    ORDER BY email FOR NO KEY UPDATE`.execute(tx);
  if (locked.rows.length === 0) return [];
  // Read after the wait: roles may have been replaced during it.
  const { rows } = await sql<PendingInvitation>`
    SELECT i.invitation_id AS id, i.email, ARRAY(SELECT o.role_id::text FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id ORDER BY o.role_id) AS "roleIds"
    FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.invitation_id = ANY(${locked.rows.map(({ id }) => id)}::uuid[])
      AND i.status = 'pending'`.execute(tx);
  return rows;
}

/** The pending invitations at these addresses, as they are at this moment. */
export async function findPending(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly PendingInvitation[]> {
  if (emails.length === 0) return [];
  const { rows } = await sql<PendingInvitation>`
    SELECT i.invitation_id AS id, i.email, ARRAY(SELECT o.role_id::text FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id ORDER BY o.role_id) AS "roleIds"
    FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.status = 'pending' AND i.email = ANY(${emails}::text[])`.execute(
    tx,
  );
  return rows;
}

/** Those of these addresses that have an account, and whether they are users here. */
export async function findAddressees(
  tx: Tx,
  organizationId: string,
  emails: readonly string[],
): Promise<readonly Addressee[]> {
  if (emails.length === 0) return [];
  const { rows } = await sql<Addressee>`
    SELECT a.email, a.language, u.name AS "userName"
    FROM accounts a LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.account_id = a.account_id
    WHERE a.email = ANY(${emails}::text[])`.execute(tx);
  return rows;
}

/** Writes invitations; one whose address got a pending one from elsewhere meanwhile is left out. Answers the ids written. */
export async function insertInvitations(
  tx: Tx,
  terms: InvitationTerms,
  drafts: readonly InvitationDraft[],
): Promise<ReadonlySet<string>> {
  if (drafts.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    INSERT INTO invitations (organization_id, invitation_id, email, search_key, name, message, language, invited_by_type,
      invited_by_id, invited_by_name, created_at, expires_at, delivery)
    SELECT ${terms.organizationId}::uuid, d.id, d.email, d."searchKey", d.name, ${terms.message}, d.language,
      ${terms.invitedBy.type}, ${terms.invitedBy.id}::uuid, ${terms.invitedBy.name}, ${terms.now}::timestamptz,
      ${terms.expiresAt}::timestamptz, ${terms.delivery}
    FROM jsonb_to_recordset(${asJson(drafts)}::jsonb)
      AS d(id uuid, email text, "searchKey" text, name text, language text)
    ORDER BY d.email COLLATE "C"
    ON CONFLICT (organization_id, email) WHERE status = 'pending' DO NOTHING
    RETURNING invitation_id AS id`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** Gives pending invitations new terms and a new link, which kills the old one. */
export async function replaceInvitations(
  tx: Tx,
  terms: InvitationTerms,
  drafts: readonly InvitationDraft[],
): Promise<void> {
  if (drafts.length === 0) return;
  await sql`
    UPDATE invitations i SET generation = i.generation + 1, name = d.name, search_key = d."searchKey",
      language = d.language, message = ${terms.message}, invited_by_type = ${terms.invitedBy.type},
      invited_by_id = ${terms.invitedBy.id}::uuid, invited_by_name = ${terms.invitedBy.name},
      expires_at = ${terms.expiresAt}, delivery = ${terms.delivery}, delivery_error = NULL, delivery_tries = 0
    FROM jsonb_to_recordset(${asJson(drafts)}::jsonb)
      AS d(id uuid, email text, "searchKey" text, name text, language text)
    WHERE i.organization_id = ${terms.organizationId} AND i.invitation_id = d.id AND i.status = 'pending'`.execute(
    tx,
  );
}

/** Makes invitations offer exactly the roles of their drafts. */
export async function offerRoles(
  tx: Tx,
  organizationId: string,
  drafts: readonly Pick<InvitationDraft, "id" | "roleIds">[],
): Promise<void> {
  if (drafts.length === 0) return;
  const offers = drafts.flatMap(({ id, roleIds }) => roleIds.map((roleId) => ({ id, roleId })));
  await sql`
    WITH wanted AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(offers)}::jsonb) AS w(id uuid, "roleId" uuid)),
    withdrawn AS (
      DELETE FROM invitation_roles o
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = ANY(${drafts.map(({ id }) => id)}::uuid[])
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.id = o.invitation_id AND w."roleId" = o.role_id))
    INSERT INTO invitation_roles (organization_id, invitation_id, role_id)
    SELECT ${organizationId}::uuid, w.id, w."roleId" FROM wanted w
    ON CONFLICT DO NOTHING`.execute(tx);
}

function asJson(drafts: readonly InvitationDraft[]): string {
  return JSON.stringify(
    drafts.map(({ id, email, name, language }) => ({
      id,
      email,
      name,
      language,
      searchKey: `${foldText(name ?? "")}\n${foldEmail(email)}`,
    })),
  );
}
