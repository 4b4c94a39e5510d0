import { record } from "../../audit/record.ts";
import type { AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { alreadyFinished } from "./errors.ts";
import { requireJobPermission } from "./job-permissions.ts";
import { countDone, endBulkJob, lockBulkJob } from "./queries.ts";
import { toAuditTarget } from "./view-bulk-job.ts";

/**
 * Cancels a job between two users. Completed edits are kept. Cancelling it again has no effect.
 * @throws ApiError not-found, forbidden/permission, user-jobs/finished
 */
export async function cancelBulkJob(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  jobId: string,
): Promise<void> {
  const key = { organizationId: actor.organizationId, jobId };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const job = await lockBulkJob(tx, key);
    if (job === null) throw notFound();
    requireJobPermission(actor, job.action);
    if (job.status === "cancelled") return;
    if (job.finishedAt !== null) throw alreadyFinished();
    await endBulkJob(tx, key, { status: "cancelled", now: deps.clock.now() });
    const changes = [{ field: "users", before: job.total, after: countDone(job) }] as const;
    await record(deps, tx, actor, [{ action: "user-jobs.stopped", target: toAuditTarget(job), changes }]);
  });
}
