/** What the outbox's jobs come to. */
import type { Deps } from "./deps.ts";
import { deliverInvitation, giveUpInvitationMail } from "./features/invitations/index.ts";
import type { Handlers } from "./outbox/enqueue.ts";

/** What is done for each kind of job, and for those that were given up. */
export function createHandlers(deps: Deps): Handlers {
  return {
    "invitation-mail": (job, attempt) => deliverInvitation(deps, job, attempt),
    "given-up": (job) => giveUpInvitationMail(deps, job),
  };
}
