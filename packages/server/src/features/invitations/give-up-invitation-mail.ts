import { mailFailures } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { InvitationMailJob } from "../../outbox/enqueue.ts";
import { noteGivenUp } from "./queries.ts";

/**
 * The end of a mail whose last try left no word, because its process died or the database was away: without this it
 * would count as queued for ever. If that process was only slow and the mail server takes the mail after all, its note
 * stands in place of this one.
 */
export async function giveUpInvitationMail(deps: Pick<Deps, "db">, job: InvitationMailJob): Promise<void> {
  const error = mailFailures["broken-off"];
  await deps.db.tenant(
    job.organizationId,
    (tx) => noteGivenUp(tx, job, { generation: job.generation, error }),
    { system: "what became of a mail" },
  );
}
