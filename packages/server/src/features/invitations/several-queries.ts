/** The statements that change several invitations at once: as many for a hundred as for one. */
import type { ActorReference, Delivery } from "@gatehouse/sdk/contract";
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { findInvitations, type StoredInvitation } from "./queries.ts";

/**
 * Invitations that nobody else can change until the transaction ends. Read in a second statement: the first may have
 * waited, and would answer with roles as they were before.
 */
export async function lockInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<readonly StoredInvitation[]> {
  // In the order of the addresses, as invitations are made, so that two requests wait for each other and don't lock up.
  await sql`
    SELECT invitation_id FROM invitations
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
    ORDER BY email, invitation_id FOR NO KEY UPDATE`.execute(tx);
  return findInvitations(tx, organizationId, invitationIds);
}

/** Gives pending invitations new links under whoever sends them again. */
export async function renewInvitations(
  tx: Tx,
  organizationId: string,
  renewal: {
    readonly invitationIds: readonly string[];
    readonly invitedBy: ActorReference;
    readonly expiresAt: Date;
    readonly delivery: Delivery;
  },
): Promise<void> {
  const { invitationIds, invitedBy } = renewal;
  await sql`
    UPDATE invitations SET generation = generation + 1, expires_at = ${renewal.expiresAt}, delivery = ${renewal.delivery},
      delivery_error = NULL, delivery_tries = 0, invited_by_type = ${invitedBy.type}, invited_by_id = ${invitedBy.id},
      invited_by_name = ${invitedBy.name}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'pending'`.execute(tx);
}

/** Withdraws pending invitations, expired or not. */
export async function withdrawInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    UPDATE invitations SET status = 'revoked', revoked_at = ${now}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'pending'`.execute(tx);
}

/** Makes withdrawn invitations pending again, with the link that they had. */
export async function reviveInvitations(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
): Promise<void> {
  await sql`
    UPDATE invitations SET status = 'pending', revoked_at = NULL
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'revoked'`.execute(tx);
}
