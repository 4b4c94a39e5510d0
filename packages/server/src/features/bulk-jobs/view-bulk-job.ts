/** Jobs and results in the API and the audit log. Pure. */
import type { UserJobResult, UserJobView } from "@gatehouse/sdk/contract";
import { countDone, type StoredBulkJob, type StoredResult } from "./queries.ts";

/** A job with its progress. */
export function viewBulkJob(job: StoredBulkJob): UserJobView {
  return {
    id: job.id,
    action: job.action,
    ...(job.role === null ? {} : { role: job.role }),
    status: job.status,
    total: job.total,
    done: countDone(job),
    succeeded: job.changed + job.unchanged,
    changed: job.changed,
    failed: job.refused,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
  };
}

/** The job as target of an audit event. */
export function toAuditTarget({ id, role }: Pick<StoredBulkJob, "id" | "role">) {
  return { type: "user-job", id, name: role?.name ?? "Users" };
}

/** The result for one user. */
export function viewResult({
  userId,
  name,
  email,
  outcome,
  code,
  detail,
  params,
}: StoredResult): UserJobResult {
  return {
    userId,
    name,
    email,
    outcome: outcome ?? "not-done",
    ...(code === null ? {} : { code }),
    ...(detail === null ? {} : { detail }),
    ...(params === null ? {} : { params: { ...params } }),
  };
}
