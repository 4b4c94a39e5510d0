import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { chooseInvitations, onlyOne } from "./choose-invitations.ts";
import { notPending } from "./refusals.ts";
import { linkFor, statusOf, tokenFor } from "./rules.ts";

/**
 * The link of a pending invitation, the same as in its mail. Whoever has it can accept in the invited person's stead,
 * so the actor must hold what it offers, and that they saw it is recorded.
 * @throws Refusal not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function copyInvitationLink(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "config">,
  actor: AuthenticatedActor,
  invitationId: string,
): Promise<{ readonly url: string }> {
  const key = { organizationId: actor.organizationId, invitationId };
  const now = deps.clock.now();
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const choices = await chooseInvitations(tx, actor, [invitationId], (named) => {
      const status = statusOf(named, now);
      return status === "pending" ? null : notPending(status);
    });
    const invitation = onlyOne(choices);
    const target = { type: "invitation", id: invitation.id, name: invitation.email };
    await record(deps, tx, actor, [{ action: "invitations.link-copied", target }]);
    const token = tokenFor(deps.secrets, { ...key, generation: invitation.generation });
    return { url: linkFor(deps.config.publicUrl, token) };
  });
}
