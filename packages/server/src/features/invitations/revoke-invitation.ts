import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { lockInvitation, withdrawInvitation } from "./queries.ts";
import { notPending } from "./refusals.ts";
import { requireOffer } from "./require-offer.ts";

/**
 * Withdraws a pending invitation, expired or not: its link is dead at once.
 * @throws Refusal not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function revokeInvitation(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  const key = { organizationId: actor.organizationId, invitationId };
  await deps.db.tenant(key.organizationId, async (tx) => {
    const invitation = await lockInvitation(tx, key);
    if (invitation === null) throw notFound();
    if (invitation.status !== "pending") throw notPending(invitation.status);
    await requireOffer(tx, actor, invitation);
    await withdrawInvitation(tx, key, deps.clock.now());
    const target = { type: "invitation", id: invitation.id, name: invitation.email };
    const roles = invitation.roles.map((role) => role.name);
    await record(deps, tx, actor, [
      { action: "invitations.revoked", target, changes: [{ field: "roles", before: roles, after: null }] },
    ]);
  });
}
