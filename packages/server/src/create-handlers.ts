/** What the outbox's jobs come to. */
import type { Deps } from "./deps.ts";
import { deliverInvitation, giveUpInvitationMail } from "./features/invitations/index.ts";
import { giveUpUserJob, runUserJob } from "./features/user-jobs/index.ts";
import type { Handlers } from "./outbox/enqueue.ts";
import { createOneAtATime } from "./outbox/one-at-a-time.ts";

/** What is done for each kind of job, and for those that were given up. */
export function createHandlers(deps: Deps): Handlers {
  // Two jobs about one invitation make one mail: the second sees what the first has noted.
  const oneAtATime = createOneAtATime();
  return {
    "invitation-mail": (job, attempt) =>
      oneAtATime(job.invitationId, () => deliverInvitation(deps, job, attempt)),
    "user-job": (job) => runUserJob(deps, job),
    "given-up": (job) =>
      job.kind === "user-job" ? giveUpUserJob(deps, job) : giveUpInvitationMail(deps, job),
  };
}
