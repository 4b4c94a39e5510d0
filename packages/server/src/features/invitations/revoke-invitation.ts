import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { onlyOne } from "./choose-invitations.ts";
import { revokeInvitations } from "./revoke-invitations.ts";

/**
 * Withdraws one invitation, as `revokeInvitations` does.
 * @throws Refusal not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function revokeInvitation(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  invitationId: string,
): Promise<void> {
  await authorizeWrite(deps, actor, async (tx, actor) => {
    onlyOne(await revokeInvitations(deps, tx, actor, [invitationId]));
  });
}
