import type { InvitationMailJob } from "../../outbox/enqueue.ts";
import type { StoredInvitation } from "./queries.ts";

/** The job that mails an invitation's present link, at once or after a wait. A newer link makes it void. */
export function mailJobFor(
  organizationId: string,
  invitation: Pick<StoredInvitation, "id" | "generation">,
  delaySeconds = 0,
): InvitationMailJob {
  return {
    kind: "invitation-mail",
    organizationId,
    invitationId: invitation.id,
    generation: invitation.generation,
    ...(delaySeconds > 0 ? { delaySeconds } : {}),
  };
}
