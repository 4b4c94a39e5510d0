import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { onlyOne } from "./choose-invitations.ts";
import { revokeInvitations } from "./revoke-invitations.ts";

/**
 * Withdraws one invitation, as `revokeInvitations` does.
 * @throws Refusal not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function revokeInvitation(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  await deps.db.tenant(actor.organizationId, async (tx) => {
    onlyOne(await revokeInvitations(deps, tx, actor, [invitationId]));
  });
}
