import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { notFound } from "../../http/refusal.ts";
import { targetOf } from "./job-view.ts";
import { doneOf, endUserJob, lockUserJob } from "./queries.ts";
import { hasEnded } from "./refusals.ts";
import { requireRights } from "./rights.ts";

/**
 * Stops a job between two users; what was changed stays changed. Stopping it again changes nothing.
 * @throws Refusal not-found, forbidden/permission, user-jobs/finished
 */
export async function cancelUserJob(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  jobId: string,
): Promise<void> {
  const key = { organizationId: actor.organizationId, jobId };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const job = await lockUserJob(tx, key);
    if (job === null) throw notFound();
    requireRights(actor, job.action);
    if (job.status === "cancelled") return;
    if (job.finishedAt !== null) throw hasEnded();
    await endUserJob(tx, key, { status: "cancelled", now: deps.clock.now() });
    const changes = [{ field: "users", before: job.total, after: doneOf(job) }] as const;
    await record(deps, tx, actor, [{ action: "user-jobs.stopped", target: targetOf(job), changes }]);
  });
}
