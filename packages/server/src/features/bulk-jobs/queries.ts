/** Statements on jobs and their users, except the one that creates a job. */
import type { ActorReference, UserJobAction, UserJobOutcome, UserJobStatus } from "@gatehouse/sdk/contract";
import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { RoleTranslations } from "../../db/role-texts.ts";
import { named, type Statement, sql } from "../../db/sql.ts";
import type { UserJobMessage } from "../../jobs/queues.ts";

/** A row of `user_jobs`. */
export interface StoredBulkJob {
  readonly organizationId: string;
  readonly id: string;
  readonly action: UserJobAction;
  /** With its name when the job started, and the current translations. */
  readonly role: {
    readonly id: string;
    readonly name: string;
    readonly translations: RoleTranslations;
  } | null;
  /** When the grants end that the job makes; null for no end. */
  readonly roleExpiresAt: Date | null;
  readonly status: UserJobStatus;
  readonly total: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** The current message of the outbox; older ones are ignored. */
  readonly generation: number;
  readonly createdBy: ActorReference & { readonly type: "user" | "api-key"; readonly id: string };
  readonly origin: RequestOrigin;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** The earlier job that this one reverts. */
  readonly undoes: string | null;
  /** The newest job that reverts this one. */
  readonly undoneBy: string | null;
}

/** A user of a job. */
export interface JobUser {
  readonly position: number;
  readonly userId: string;
  /** The end of a grant that is added again. */
  readonly roleExpiresAt: Date | null;
}

/** The result for one user. */
export interface JobUserResult {
  readonly position: number;
  readonly outcome: "changed" | "unchanged" | "refused";
  /** The end of the grant that was removed or added, so that Undo restores it. */
  readonly roleExpiresAt?: Date | null;
  readonly code?: string;
  readonly detail?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A result with its user. */
export interface StoredResult {
  readonly position: number;
  readonly userId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly outcome: JobUserResult["outcome"] | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly params: Readonly<Record<string, unknown>> | null;
}

/** Identifies a job. */
export interface JobKey {
  readonly organizationId: string;
  readonly jobId: string;
}

/** The number of users that were processed. */
export function countDone({ changed, unchanged, refused }: StoredBulkJob): number {
  return changed + unchanged + refused;
}

/** A job, or null when the organization has none of that id. */
export async function findBulkJob(tx: Tx, key: JobKey): Promise<StoredBulkJob | null> {
  const { rows } = await tx.query(selectJob(key, sql``));
  return rows[0] ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockBulkJob(tx: Tx, key: JobKey): Promise<StoredBulkJob | null> {
  const { rows } = await tx.query(selectJob(key, sql`FOR UPDATE`));
  return rows[0] ?? null;
}

/** Jobs, the newest first, after a job. */
export async function listBulkJobs(
  tx: Tx,
  page: { readonly organizationId: string; readonly after: string | null; readonly limit: number },
): Promise<readonly StoredBulkJob[]> {
  const { organizationId, after, limit } = page;
  const { rows } = await tx.query(sql<StoredBulkJob>`${named("listBulkJobs")}
    SELECT ${jobColumns(organizationId)} FROM user_jobs j
    WHERE j.organization_id = ${organizationId} AND (${after}::uuid IS NULL OR j.job_id < ${after}::uuid)
    ORDER BY j.job_id DESC LIMIT ${limit}`);
  return rows;
}

/** The number of stored jobs. */
export async function countBulkJobs(tx: Tx, organizationId: string): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`${named("countBulkJobs")}
    SELECT count(*)::integer AS count FROM user_jobs WHERE organization_id = ${organizationId}`);
  return rows[0]?.count ?? 0;
}

function selectJob({ organizationId, jobId }: JobKey, ending: Statement): Statement<StoredBulkJob> {
  return sql<StoredBulkJob>`
    SELECT ${jobColumns(organizationId)} FROM user_jobs j
    WHERE j.organization_id = ${organizationId} AND j.job_id = ${jobId} ${ending}`;
}

function jobColumns(organizationId: string): Statement {
  return sql`
    j.organization_id AS "organizationId", j.job_id AS id, j.action, j.status, j.total, j.changed, j.unchanged,
      j.refused, j.generation, j.created_at AS "createdAt", j.finished_at AS "finishedAt", j.undoes,
      j.role_expires_at AS "roleExpiresAt",
      (SELECT n.job_id FROM user_jobs n WHERE n.organization_id = ${organizationId} AND n.undoes = j.job_id
        ORDER BY n.job_id DESC LIMIT 1) AS "undoneBy",
      CASE WHEN j.role_id IS NOT NULL THEN jsonb_build_object('id', j.role_id, 'name', j.role_name,
        'translations', COALESCE((SELECT r.translations FROM roles r
          WHERE r.organization_id = ${organizationId} AND r.role_id = j.role_id), '{}')) END AS role,
      jsonb_build_object('type', j.created_by_type, 'id', j.created_by_id, 'name', j.created_by_name) AS "createdBy",
      jsonb_build_object('ip', j.origin_ip, 'userAgent', j.origin_user_agent, 'requestId', j.origin_request_id) AS origin`;
}

/** The number of unfinished jobs of an organization. */
export async function countOpenJobs(tx: Tx, organizationId: string): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`${named("countOpenJobs")}
    SELECT count(*)::integer AS count FROM user_jobs
    WHERE organization_id = ${organizationId} AND finished_at IS NULL`);
  return rows[0]?.count ?? 0;
}

/** The next users to process. */
export async function listNextUsers(tx: Tx, job: StoredBulkJob, limit: number): Promise<readonly JobUser[]> {
  const { rows } = await tx.query(sql<JobUser>`${named("listNextUsers")}
    SELECT u.position, u.user_id AS "userId", u.role_expires_at AS "roleExpiresAt" FROM user_job_users u
    WHERE u.organization_id = ${job.organizationId} AND u.job_id = ${job.id} AND u.position > ${countDone(job)}
    ORDER BY u.position LIMIT ${limit}`);
  return rows;
}

/** Stores the results of the next users and updates the counts. After the last user the job ends at `now`. */
export async function storeResults(
  tx: Tx,
  job: StoredBulkJob,
  { results, now }: { readonly results: readonly JobUserResult[]; readonly now: Date },
): Promise<void> {
  const { organizationId, id } = job;
  const done = countDone(job);
  // The range of positions makes the planner read only these users, also of a job that it has no statistics about.
  await tx.query(sql`${named("storeResults")}
    WITH results AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(results)}::jsonb)
        AS r(position integer, outcome text, "roleExpiresAt" timestamptz, code text, detail text, params jsonb)),
    stored AS (
      UPDATE user_job_users u SET outcome = r.outcome, code = r.code, detail = r.detail, params = r.params,
        role_expires_at = r."roleExpiresAt"
      FROM results r
      WHERE u.organization_id = ${organizationId} AND u.job_id = ${id} AND u.position = r.position
        AND u.position > ${done} AND u.position <= ${done + results.length}),
    counts AS (
      SELECT (count(*) FILTER (WHERE outcome = 'changed'))::integer AS changed,
        (count(*) FILTER (WHERE outcome = 'unchanged'))::integer AS unchanged,
        (count(*) FILTER (WHERE outcome = 'refused'))::integer AS refused
      FROM results)
    ${updateCounts({ organizationId, jobId: id }, now)}`);
}

/** Refuses up to `limit` of the remaining users, all for the same reason. */
export async function refuseRemaining(
  tx: Tx,
  job: StoredBulkJob,
  options: {
    readonly reason: Omit<JobUserResult, "position" | "outcome">;
    readonly limit: number;
    readonly now: Date;
  },
): Promise<void> {
  const { organizationId, id } = job;
  const { reason, limit, now } = options;
  const done = countDone(job);
  await tx.query(sql`${named("refuseRemaining")}
    WITH stored AS (
      UPDATE user_job_users u SET outcome = 'refused', code = ${reason.code}, detail = ${reason.detail},
        params = ${JSON.stringify(reason.params ?? {})}::jsonb
      WHERE u.organization_id = ${organizationId} AND u.job_id = ${id}
        AND u.position > ${done} AND u.position <= ${done + limit}
      RETURNING 1),
    counts AS (SELECT 0 AS changed, 0 AS unchanged, count(*)::integer AS refused FROM stored)
    ${updateCounts({ organizationId, jobId: id }, now)}`);
}

function updateCounts({ organizationId, jobId }: JobKey, now: Date): Statement {
  const left = sql`j.total - j.changed - j.unchanged - j.refused - c.changed - c.unchanged - c.refused`;
  return sql`
    UPDATE user_jobs j SET changed = j.changed + c.changed, unchanged = j.unchanged + c.unchanged,
      refused = j.refused + c.refused, status = CASE WHEN ${left} = 0 THEN 'done' ELSE 'running' END,
      finished_at = CASE WHEN ${left} = 0 THEN ${now}::timestamptz END
    FROM counts c WHERE j.organization_id = ${organizationId} AND j.job_id = ${jobId}`;
}

/** Increments the generation, so that only the next message continues the job. */
export async function incrementGeneration(tx: Tx, { organizationId, id }: StoredBulkJob): Promise<void> {
  await tx.query(sql`${named("incrementGeneration")}
    UPDATE user_jobs SET generation = generation + 1
    WHERE organization_id = ${organizationId} AND job_id = ${id}`);
}

/** Ends a job before all users were processed. */
export async function endBulkJob(
  tx: Tx,
  { organizationId, jobId }: JobKey,
  end: { readonly status: "cancelled" | "failed"; readonly now: Date; readonly message?: UserJobMessage },
): Promise<void> {
  const current = end.message === undefined ? sql`true` : sql`generation = ${end.message.generation}`;
  await tx.query(sql`${named("endBulkJob")}
    UPDATE user_jobs SET status = ${end.status}, finished_at = ${end.now}
    WHERE organization_id = ${organizationId} AND job_id = ${jobId} AND finished_at IS NULL AND ${current}`);
}

/** Results in processing order, after a position. */
export async function listResults(
  tx: Tx,
  job: StoredBulkJob,
  page: { readonly outcome: UserJobOutcome | null; readonly after: number; readonly limit: number },
): Promise<readonly StoredResult[]> {
  const { outcome } = page;
  // Users are processed in order, so the unprocessed ones are at the end.
  const after = outcome === "not-done" ? Math.max(page.after, countDone(job)) : page.after;
  const which = outcome === null || outcome === "not-done" ? sql`true` : sql`u.outcome = ${outcome}`;
  const { rows } = await tx.query(sql<StoredResult>`${named("listResults")}
    SELECT u.position, u.user_id AS "userId", u.name, u.email, u.outcome, u.code, u.detail, u.params
    FROM user_job_users u
    WHERE u.organization_id = ${job.organizationId} AND u.job_id = ${job.id} AND ${which} AND u.position > ${after}
    ORDER BY u.position LIMIT ${page.limit}`);
  return rows;
}
