import type { InvitationView } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { onlyOne } from "./choose-invitations.ts";
import { viewInvitation } from "./invitation-view.ts";
import { resendInvitations } from "./resend-invitations.ts";

/**
 * Sends one invitation again, as `resendInvitations` does.
 * @throws Refusal not-found, invitations/not-pending, invitations/role-gone, invitations/already-user, forbidden/grant-ceiling
 */
export async function resendInvitation(
  deps: Pick<Deps, "clock" | "ids" | "mailer" | "enqueue">,
  tx: Tx,
  actor: Actor,
  invitationId: string,
): Promise<InvitationView> {
  const invitation = onlyOne(await resendInvitations(deps, tx, actor, [invitationId]));
  return viewInvitation(invitation, deps.clock.now());
}
