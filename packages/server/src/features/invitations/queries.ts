/** Every statement on single invitations and their list. Those that write many at once are in bulk-queries.ts. */
import type { ActorReference, Delivery, InvitationStatus, Language } from "@gatehouse/sdk/contract";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { containing } from "../../database/search-words.ts";
import { mostCounted } from "../../http/paging.ts";

/** A role as an invitation offers it. */
interface OfferedRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** An invitation as it is stored. */
export interface StoredInvitation {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
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

/** One invitation of one organization. */
export interface InvitationKey {
  readonly organizationId: string;
  readonly invitationId: string;
}

/** What the list is narrowed to. */
export interface InvitationFilter {
  readonly organizationId: string;
  /** Folded; name and address together have every one of them. */
  readonly words: readonly string[];
  readonly status: InvitationStatus | undefined;
  readonly delivery: Delivery | undefined;
  readonly now: Date;
}

/** Where the list goes on: after this one. */
export interface InvitationPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** One invitation, or null. */
export async function findInvitation(tx: Tx, key: InvitationKey): Promise<StoredInvitation | null> {
  const [invitation] = await findInvitations(tx, key.organizationId, [key.invitationId]);
  return invitation ?? null;
}

/** Those with these ids, in no particular order. */
export async function findInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<readonly StoredInvitation[]> {
  if (invitationIds.length === 0) return [];
  const { rows } = await sql<StoredInvitation>`
    SELECT ${columns(organizationId)} FROM invitations i
    WHERE i.organization_id = ${organizationId} AND i.invitation_id = ANY(${invitationIds}::uuid[])`.execute(
    tx,
  );
  return rows;
}

/** A page of invitations, newest first. */
export async function listInvitations(
  tx: Tx,
  list: InvitationFilter & { readonly after: InvitationPosition | null; readonly limit: number },
): Promise<readonly StoredInvitation[]> {
  const { organizationId, after } = list;
  const following =
    after === null
      ? sql`true`
      : sql`(i.created_at, i.invitation_id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`;
  const { rows } = await sql<StoredInvitation>`
    SELECT ${columns(organizationId)} FROM invitations i
    WHERE i.organization_id = ${organizationId} AND ${matching(list)} AND ${following}
    ORDER BY i.created_at DESC, i.invitation_id DESC LIMIT ${list.limit}`.execute(tx);
  return rows;
}

/** How many there are, counted one beyond the cap at most. */
export async function countMatching(tx: Tx, filter: InvitationFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT ${counted(filter)} AS count`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** How many there are of each kind, each counted one beyond the cap at most. */
export async function countEachKind(
  tx: Tx,
  filter: Omit<InvitationFilter, "status" | "delivery">,
): Promise<Readonly<Record<InvitationStatus | "failed", number>>> {
  const kind = (status: InvitationStatus, delivery?: Delivery) => counted({ ...filter, status, delivery });
  const { rows } = await sql<Record<InvitationStatus | "failed", number>>`
    SELECT ${kind("pending")} AS pending, ${kind("expired")} AS expired, ${kind("pending", "failed")} AS failed,
      ${kind("accepted")} AS accepted, ${kind("revoked")} AS revoked`.execute(tx);
  return rows[0] ?? { pending: 0, expired: 0, failed: 0, accepted: 0, revoked: 0 };
}

/** The organization's name: what the mail and the accept page say. */
export async function findOrganizationName(tx: Tx, organizationId: string): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM organizations WHERE organization_id = ${organizationId}`.execute(tx);
  return rows[0]?.name ?? null;
}

/** Uses up a link: of all who try at once one gets true, and only before the invitation expires. */
export async function consumeInvitation(
  tx: Tx,
  key: InvitationKey,
  use: { readonly generation: number; readonly userId: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE invitations SET status = 'accepted', accepted_at = ${use.now}, accepted_by = ${use.userId}
    WHERE organization_id = ${key.organizationId} AND invitation_id = ${key.invitationId} AND status = 'pending'
      AND generation = ${use.generation} AND expires_at > ${use.now}
    RETURNING invitation_id`.execute(tx);
  return rows.length === 1;
}

/** What one try to deliver a generation's mail came to. */
export interface DeliveryNote {
  readonly generation: number;
  readonly delivery: Delivery;
  readonly error: string | null;
  /** When a mail server took it; null when none did. */
  readonly sentAt: Date | null;
}

/** Notes a try. Nothing happens when a newer link was made meanwhile: its own mail tells its own story. */
export async function noteDelivery(tx: Tx, key: InvitationKey, note: DeliveryNote): Promise<void> {
  await sql`
    UPDATE invitations SET delivery = ${note.delivery}, delivery_error = ${note.error}, delivery_tries = delivery_tries + 1,
      last_sent_at = COALESCE(${note.sentAt}::timestamptz, last_sent_at)
    WHERE organization_id = ${key.organizationId} AND invitation_id = ${key.invitationId}
      AND generation = ${note.generation}`.execute(tx);
}

/** Notes that a generation's mail will not be tried again, unless something is known of it that says more. */
export async function noteGivenUp(
  tx: Tx,
  key: InvitationKey,
  { generation, error }: Pick<DeliveryNote, "generation" | "error">,
): Promise<void> {
  await sql`
    UPDATE invitations SET delivery = 'failed', delivery_error = COALESCE(delivery_error, ${error})
    WHERE organization_id = ${key.organizationId} AND invitation_id = ${key.invitationId}
      AND generation = ${generation} AND delivery = 'queued'`.execute(tx);
}

function counted(filter: InvitationFilter): RawBuilder<unknown> {
  return sql`(SELECT count(*)::integer FROM (
      SELECT FROM invitations i WHERE i.organization_id = ${filter.organizationId} AND ${matching(filter)}
      LIMIT ${mostCounted + 1}) AS counted)`;
}

function matching(filter: InvitationFilter): RawBuilder<unknown> {
  const { status, delivery, now } = filter;
  const standing = {
    pending: sql`i.status = 'pending' AND i.expires_at > ${now}`,
    expired: sql`i.status = 'pending' AND i.expires_at <= ${now}`,
    accepted: sql`i.status = 'accepted'`,
    revoked: sql`i.status = 'revoked'`,
  };
  const words = filter.words.map((word) => sql`i.search_key LIKE ${containing(word)}`);
  const mailed = delivery === undefined ? [] : [sql`i.delivery = ${delivery}`];
  return sql.join([status === undefined ? sql`true` : standing[status], ...mailed, ...words], sql` AND `);
}

function columns(organizationId: string): RawBuilder<StoredInvitation> {
  return sql<StoredInvitation>`
    i.invitation_id AS id, i.email, i.name, i.message, i.language, i.status, i.generation,
    jsonb_build_object('type', i.invited_by_type, 'id', i.invited_by_id, 'name', i.invited_by_name) AS "invitedBy",
    i.created_at AS "createdAt", i.expires_at AS "expiresAt", i.delivery, i.delivery_error AS "deliveryError",
    i.last_sent_at AS "lastSentAt", i.accepted_at AS "acceptedAt", i.accepted_by AS "acceptedBy",
    i.revoked_at AS "revokedAt",
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', r.role_id, 'name', r.name, 'description', r.description)
        ORDER BY r.name_key, r.role_id), '[]'::jsonb)
      FROM invitation_roles o JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = o.role_id
      WHERE o.organization_id = ${organizationId} AND o.invitation_id = i.invitation_id) AS roles`;
}
