/** Revokes invitations and restores revoked ones. */
import { record } from "../../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../../auth/actor.ts";
import { authorizeWrite } from "../../../auth/authorize-write.ts";
import type { Tx } from "../../../db/database.ts";
import { isUniqueViolation } from "../../../db/errors.ts";
import { sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { createEmailJob } from "../deliver/schedule-email.ts";
import { alreadyPending, notPending, notRestorable, roleGone, withUniqueExternalIds } from "../errors.ts";
import { isRestorable } from "../invitation-state.ts";
import { lockPending, type StoredInvitation } from "../queries.ts";
import {
  listSelected,
  rejectExistingUsers,
  rejectWhere,
  requireSingle,
  type Selection,
  selectInvitations,
  withUpdated,
} from "./select-invitations.ts";

/**
 * Revokes pending invitations, expired or not, inside the caller's transaction. Their links are invalid from then on. One for which
 * `findReason` returns an error is kept.
 */
export async function revokeInvitations(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
  findReason: (invitation: StoredInvitation) => ApiError | null = () => null,
): Promise<readonly Selection[]> {
  const { organizationId } = actor;
  const selections = await selectInvitations(tx, actor, invitationIds, (invitation) =>
    invitation.status === "pending" ? findReason(invitation) : notPending(invitation.status),
  );
  const revoked = listSelected(selections);
  if (revoked.length === 0) return selections;

  const now = deps.clock.now();
  await markRevoked(
    tx,
    organizationId,
    revoked.map(({ id }) => id),
    now,
  );
  await record(
    deps,
    tx,
    actor,
    revoked.map(({ id, email, roles }) => ({
      action: "invitations.revoked",
      target: { type: "invitation", id, name: email },
      changes: [{ field: "roles", before: roles.map((role) => role.name), after: null }],
    })),
  );
  return withUpdated(
    selections,
    revoked.map((invitation) => ({ ...invitation, status: "revoked", revokedAt: now })),
  );
}

/** Sets pending invitations, expired or not, to revoked. */
async function markRevoked(
  tx: Tx,
  organizationId: string,
  invitationIds: readonly string[],
  now: Date,
): Promise<void> {
  await tx.query(sql`
    UPDATE invitations SET status = 'revoked', revoked_at = ${now}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'pending'`);
}

/**
 * Revokes one invitation, like `revokeInvitations`.
 * @throws ApiError not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function revokeInvitation(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  invitationId: string,
): Promise<void> {
  await authorizeWrite(deps, actor, async (tx, actor) => {
    requireSingle(await revokeInvitations(deps, tx, actor, [invitationId]));
  });
}

/**
 * Restores recently revoked invitations inside the caller's transaction. The links in their emails work again, and an
 * email that was still queued is sent.
 */
export async function restoreInvitations(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Selection[]> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const found = await selectInvitations(
    tx,
    actor,
    invitationIds,
    (invitation) => findError(invitation, now),
    { joinedBefore: ({ expiresAt }) => expiresAt },
  );
  const nonUsers = await rejectExistingUsers(tx, organizationId, found, "There is nothing to restore.");
  const selections = await rejectAlreadyPending(tx, organizationId, nonUsers);
  const restored = listSelected(selections).map(
    (invitation): StoredInvitation => ({ ...invitation, status: "pending", revokedAt: null }),
  );
  if (restored.length === 0) return selections;

  await restoreRows(tx, organizationId, restored);
  // The job of a queued email may have found nothing to send meanwhile. Two jobs send one email.
  const queued = restored.filter(({ delivery }) => delivery === "queued");
  await deps.enqueue(
    tx,
    queued.map((invitation) => createEmailJob(organizationId, invitation)),
  );
  await record(
    deps,
    tx,
    actor,
    restored.map(({ id, email, roles }) => ({
      action: "invitations.restored",
      target: { type: "invitation", id, name: email },
      changes: [{ field: "roles", before: null, after: roles.map((role) => role.name) }],
    })),
  );
  return withUpdated(selections, restored);
}

function findError(invitation: StoredInvitation, now: Date): ApiError | null {
  if (!isRestorable(invitation, now)) return notRestorable(invitation.status);
  return invitation.roles.length === 0 ? roleGone("Invite the address again with roles that exist.") : null;
}

/** An address has at most one pending invitation: a newer one, or the first of this request. */
async function rejectAlreadyPending(
  tx: Tx,
  organizationId: string,
  selections: readonly Selection[],
): Promise<readonly Selection[]> {
  const emails = listSelected(selections).map(({ email }) => email);
  const pending = await lockPending(tx, organizationId, emails);
  const pendingEmails = new Set(pending.map(({ email }) => email));
  return rejectWhere(selections, ({ email }) => {
    if (pendingEmails.has(email)) return alreadyPending(email);
    pendingEmails.add(email);
    return null;
  });
}

async function restoreRows(
  tx: Tx,
  organizationId: string,
  restored: readonly StoredInvitation[],
): Promise<void> {
  const ids = restored.map(({ id }) => id);
  try {
    await withUniqueExternalIds(() => markPending(tx, organizationId, ids));
  } catch (error) {
    if (!isUniqueViolation(error, "invitations_one_pending")) throw error;
    throw new ApiError("conflict/concurrent", {
      detail: "Someone invited one of these addresses at the same moment. Try again.",
    });
  }
}

/** Makes revoked invitations pending again, with the same link. */
async function markPending(tx: Tx, organizationId: string, invitationIds: readonly string[]): Promise<void> {
  await tx.query(sql`
    UPDATE invitations SET status = 'pending', revoked_at = NULL
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'revoked'`);
}
