import { record } from "../../../audit/record.ts";
import type { AuthenticatedActor } from "../../../auth/actor.ts";
import { authorizeWrite } from "../../../auth/authorize-write.ts";
import type { Deps } from "../../../deps.ts";
import { notPending } from "../errors.ts";
import { getStatus } from "../invitation-state.ts";
import { createLink, createToken } from "../link-token.ts";
import { requireSingle, selectInvitations } from "./select-invitations.ts";

/**
 * The link of a pending invitation, the same as in its email. Anybody with the link can accept the invitation, so the
 * actor must hold the permissions of its roles, and the access is recorded in the audit log.
 * @throws ApiError not-found, invitations/not-pending, forbidden/grant-ceiling
 */
export async function copyInvitationLink(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "config">,
  actor: AuthenticatedActor,
  invitationId: string,
): Promise<{ readonly url: string }> {
  const key = { organizationId: actor.organizationId, invitationId };
  const now = deps.clock.now();
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const selections = await selectInvitations(tx, actor, [invitationId], (found) => {
      const status = getStatus(found, now);
      return status === "pending" ? null : notPending(status);
    });
    const invitation = requireSingle(selections);
    const target = { type: "invitation", id: invitation.id, name: invitation.email };
    await record(deps, tx, actor, [{ action: "invitations.link-copied", target }]);
    const token = createToken(deps.secrets, { ...key, generation: invitation.generation });
    return { url: createLink(deps.config.publicUrl, token) };
  });
}
