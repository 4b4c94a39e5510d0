import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import { isUniqueViolation } from "../../database/errors.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import { lockPending } from "./bulk-queries.ts";
import {
  type Choice,
  chooseInvitations,
  chosen,
  refuseSome,
  refuseUsers,
  renewed,
} from "./choose-invitations.ts";
import { mailJobFor } from "./mail-job.ts";
import type { StoredInvitation } from "./queries.ts";
import { alreadyPending, notRestorable, roleGone } from "./refusals.ts";
import { isRestorable } from "./rules.ts";
import { reviveInvitations } from "./several-queries.ts";

/**
 * Takes withdrawals back inside the caller's transaction, for as long as that is still an undo: the invitations are as
 * they were, and the links that were mailed work again. A mail that was still waiting is sent after all.
 */
export async function restoreInvitations(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationIds: readonly string[],
): Promise<readonly Choice[]> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const named = await chooseInvitations(tx, actor, invitationIds, (invitation) => whyNot(invitation, now));
  const outsiders = await refuseUsers(tx, organizationId, named, "There is nothing to take back.");
  const choices = await refuseOccupied(tx, organizationId, outsiders);
  const restored = chosen(choices).map(
    (invitation): StoredInvitation => ({ ...invitation, status: "pending", revokedAt: null }),
  );
  if (restored.length === 0) return choices;

  await revive(tx, organizationId, restored);
  // The job of a mail that had been waiting may have found nothing to send meanwhile. Two jobs make one mail.
  const waiting = restored.filter(({ delivery }) => delivery === "queued");
  await deps.enqueue(
    tx,
    waiting.map((invitation) => mailJobFor(organizationId, invitation)),
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
  return renewed(choices, restored);
}

function whyNot(invitation: StoredInvitation, now: Date): Refusal | null {
  if (!isRestorable(invitation, now)) return notRestorable(invitation.status);
  return invitation.roles.length === 0 ? roleGone("Invite the address again with roles that exist.") : null;
}

/** An address has one pending invitation: one that was made since, or the first of several that are to come back. */
async function refuseOccupied(
  tx: Tx,
  organizationId: string,
  choices: readonly Choice[],
): Promise<readonly Choice[]> {
  const emails = chosen(choices).map(({ email }) => email);
  const pending = await lockPending(tx, organizationId, emails);
  const occupied = new Set(pending.map(({ email }) => email));
  return refuseSome(choices, ({ email }) => {
    if (occupied.has(email)) return alreadyPending(email);
    occupied.add(email);
    return null;
  });
}

async function revive(tx: Tx, organizationId: string, restored: readonly StoredInvitation[]): Promise<void> {
  const ids = restored.map(({ id }) => id);
  try {
    await reviveInvitations(tx, organizationId, ids);
  } catch (error) {
    if (!isUniqueViolation(error, "invitations_one_pending")) throw error;
    throw new Refusal("conflict/concurrent", {
      detail: "Somebody invited one of these addresses at the same moment. Try again.",
    });
  }
}
