import type { InvitationView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { type Actor, referenceTo } from "../../http/actor.ts";
import { notFound, Refusal } from "../../http/refusal.ts";
import { viewInvitation } from "./invitation-view.ts";
import { mailJobFor } from "./mail-job.ts";
import { findInvitation, isUser, lockInvitation, renewInvitation } from "./queries.ts";
import { notPending, roleGone } from "./refusals.ts";
import { requireOffer } from "./require-offer.ts";
import { defaultDays, deliveryAtFirst, expiryAfter } from "./rules.ts";

/**
 * Sends a new link with a new expiry inside the caller's transaction; the old link is dead. From then on the invitation
 * rests on the rights of whoever sent it again, so that one whose inviter has left can be revived.
 * @throws Refusal not-found, invitations/not-pending, invitations/role-gone, invitations/already-user, forbidden/grant-ceiling
 */
export async function resendInvitation(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationId: string,
): Promise<InvitationView> {
  const key = { organizationId: actor.organizationId, invitationId };
  const before = await lockInvitation(tx, key);
  if (before === null) throw notFound();
  if (before.status !== "pending") throw notPending(before.status);
  if (before.roles.length === 0) throw roleGone("Invite the address again with roles that exist.");
  await requireOffer(tx, actor, before);
  if (await isUser(tx, key.organizationId, before.email))
    throw new Refusal("invitations/already-user", {
      detail: `${before.email} is a user already. Withdraw this invitation.`,
    });

  const now = deps.clock.now();
  const delivery = deliveryAtFirst(true, deps.mailer.kind);
  await renewInvitation(tx, key, {
    invitedBy: referenceTo(actor),
    expiresAt: expiryAfter(now, defaultDays),
    delivery,
  });
  const after = await findInvitation(tx, key);
  if (after === null) throw notFound();
  await deps.enqueue(tx, [mailJobFor(key.organizationId, after)]);
  const target = { type: "invitation", id: after.id, name: after.email };
  const change = {
    field: "expiresAt",
    before: before.expiresAt.toISOString(),
    after: after.expiresAt.toISOString(),
  };
  await record(deps, tx, actor, [{ action: "invitations.resent", target, changes: [change] }]);
  return viewInvitation(after, now);
}
