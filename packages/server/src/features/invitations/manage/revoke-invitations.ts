/** Revokes invitations and restores revoked ones. */
import { record } from "../../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../../auth/actor.ts";
import { authorizeWrite } from "../../../auth/authorize-write.ts";
import type { Tx } from "../../../db/database.ts";
import { prepare, type Statement, sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { createEmailJob } from "../deliver/schedule-email.ts";
import { alreadyPending, alreadyUser, notPending, notRestorable, roleGone } from "../errors.ts";
import { isRestorable } from "../invitation-state.ts";
import { findInvitedAddresses, lockInvitations, type StoredInvitation } from "../queries.ts";
import {
  listSelected,
  rejectWhere,
  requireSingle,
  type Selection,
  selectInvitations,
  selectLocked,
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
  tx.deferToCommit(
    markRevoked(
      organizationId,
      revoked.map(({ id }) => id),
      now,
    ),
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
function markRevoked(organizationId: string, invitationIds: readonly string[], now: Date): Statement {
  return sql`${prepare("markRevoked")}
    UPDATE invitations SET status = 'revoked', revoked_at = ${now}
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'pending'`;
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
  const [locked, addresses] = await Promise.all([
    lockInvitations(tx, organizationId, invitationIds),
    findInvitedAddresses(tx, organizationId, invitationIds, now),
  ]);
  const found = selectLocked(actor, invitationIds, locked, (invitation) => findError(invitation, now), {
    joinedBefore: ({ expiresAt }) => expiresAt,
  });
  const users = new Set(addresses.filter(({ isUser }) => isUser).map(({ email }) => email));
  // An address has at most one pending invitation: a newer one, or the first of this request.
  const pending = new Set(addresses.filter(({ isPending }) => isPending).map(({ email }) => email));
  const selections = rejectWhere(found, ({ email }) => {
    if (users.has(email)) return alreadyUser(email, "There is nothing to restore.");
    if (pending.has(email)) return alreadyPending(email);
    pending.add(email);
    return null;
  });
  const restored = listSelected(selections).map(
    (invitation): StoredInvitation => ({ ...invitation, status: "pending", revokedAt: null }),
  );
  if (restored.length === 0) return selections;

  tx.deferToCommit(
    markPending(
      organizationId,
      restored.map(({ id }) => id),
    ),
  );
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

/** Makes revoked invitations pending again, with the same link. */
function markPending(organizationId: string, invitationIds: readonly string[]): Statement {
  return sql`${prepare("markPending")}
    UPDATE invitations SET status = 'pending', revoked_at = NULL
    WHERE organization_id = ${organizationId} AND invitation_id = ANY(${invitationIds}::uuid[])
      AND status = 'revoked'`;
}
