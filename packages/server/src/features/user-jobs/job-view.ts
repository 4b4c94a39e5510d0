/** Jobs and their results as the wire and the audit log show them. Pure. */
import type { UserJobResult, UserJobView } from "@gatehouse/sdk/contract";
import { doneOf, type StoredResult, type StoredUserJob } from "./queries.ts";

/** A job and how far it has come. */
export function viewUserJob(job: StoredUserJob): UserJobView {
  return {
    id: job.id,
    action: job.action,
    ...(job.role === null ? {} : { role: job.role }),
    status: job.status,
    total: job.total,
    done: doneOf(job),
    succeeded: job.changed + job.unchanged,
    changed: job.changed,
    failed: job.refused,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
  };
}

/** A job as the audit log names it. */
export function targetOf({ id, role }: Pick<StoredUserJob, "id" | "role">) {
  return { type: "user-job", id, name: role?.name ?? "Users" };
}

/** What became of one user. */
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
