/** Creates and cancels bulk jobs. */
import { compileRole, mayGive } from "@gatehouse/access";
import { maxJobUsers, type NewUserJob, type UserJobAction, type UserJobView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { findGrantError } from "../../auth/grant-ceiling.ts";
import type { Tx } from "../../db/database.ts";
import { searchWords } from "../../db/search-words.ts";
import { type Statement, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { grantCeilingExceeded, notFound } from "../../errors/api-error.ts";
import { findRoles, requireValidEnd, type StoredRole, unknownRoles } from "../roles/index.ts";
import { selectMatchingUserIds, toRoleEnds, type UserFilter } from "../users/index.ts";
import { alreadyFinished, tooManyOpenJobs, tooManyUsers, userCountChanged } from "./errors.ts";
import { requireJobPermission } from "./job-permissions.ts";
import {
  countDone,
  countOpenJobs,
  endBulkJob,
  findBulkJob,
  lockBulkJob,
  type StoredBulkJob,
} from "./queries.ts";
import { toAuditTarget, viewBulkJob } from "./read-bulk-job.ts";

/** Unfinished jobs that one organization may have. */
const maxOpenJobs = 5;

/**
 * Creates a job that changes many users, inside the caller's transaction. The set of users is fixed now; the worker edits
 * them in batches. An error that would affect every user is thrown here.
 * @throws ApiError forbidden/permission, forbidden/grant-ceiling, roles/unknown, not-found, user-jobs/too-many,
 *   user-jobs/set-changed, busy, request/invalid
 */
export async function createBulkJob(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  request: NewUserJob,
): Promise<UserJobView> {
  requireJobPermission(actor, request.action);
  const { organizationId, type, id: actorId } = actor;
  if (type === "system" || actorId === null)
    throw new Error("A job needs a user or an API key as its creator.");
  const createdAt = deps.clock.now();
  const found = "roleId" in request ? await requireRole(tx, actor, request, createdAt) : null;
  const role = found === null ? null : { id: found.id, name: found.name, translations: found.translations };
  const { users, undoes } = await readUsers(tx, actor, request, createdAt);
  if ((await countOpenJobs(tx, organizationId)) >= maxOpenJobs) throw tooManyOpenJobs();
  const job = {
    organizationId,
    id: deps.ids.next(),
    action: request.action,
    role,
    roleExpiresAt: readEnd(request),
    createdBy: { type, id: actorId, name: actor.name },
    origin: actor.origin,
    createdAt,
    undoes,
  };
  const total = await insertBulkJob(tx, job, users);
  if (total > maxJobUsers) throw tooManyUsers();
  const { expectedTotal = total } = request;
  if (expectedTotal !== total) throw userCountChanged(expectedTotal, total);
  await deps.enqueue(tx, [{ kind: "user-job", organizationId, jobId: job.id, generation: 1 }]);
  await recordStart(deps, tx, actor, { ...job, total });
  const counts = { total, changed: 0, unchanged: 0, refused: 0 };
  const stored = { ...job, ...counts, generation: 1, finishedAt: null, undoneBy: null };
  return viewBulkJob({ ...stored, status: "queued" }, actor.language);
}

/**
 * The role of a request.
 * @throws ApiError roles/unknown, forbidden/grant-ceiling, request/invalid
 */
export async function requireRole(
  tx: Tx,
  actor: Actor,
  request: Extract<NewUserJob, { roleId: string }>,
  now: Date,
): Promise<StoredRole> {
  const { action, roleId } = request;
  const [role] = await findRoles(tx, actor.organizationId, [roleId]);
  if (role === undefined) throw unknownRoles([roleId], "roleId");
  const { permissions } = compileRole(actor.catalogue, role);
  const what = `The role ${role.name}`;
  const ceiling = mayGive(actor.permissions, permissions);
  if (!ceiling.allowed) throw grantCeilingExceeded(what, ceiling.missing);
  if (action === "remove-role") return role;
  const error = findGrantError(actor, { what, permissions, expiresAt: readEnd(request) });
  if (error !== null) throw error;
  requireValidEnd(request, role, now);
  return role;
}

/** The end of the grants that a request asks for; null for none. */
function readEnd(request: NewUserJob): Date | null {
  return request.action === "add-role" && request.expiresAt != null ? new Date(request.expiresAt) : null;
}

/**
 * The users of a request, and the earlier job that it reverts.
 * @throws ApiError not-found
 */
export async function readUsers(
  tx: Tx,
  actor: Actor,
  request: NewUserJob,
  now: Date,
): Promise<{ readonly users: UserSelection; readonly undoes: string | null }> {
  const { organizationId } = actor;
  const { users } = request;
  if ("ids" in users) return { users, undoes: null };
  if ("changedBy" in users) {
    const earlier = await findBulkJob(tx, { organizationId, jobId: users.changedBy });
    if (earlier === null) throw notFound();
    return { users, undoes: isOpposite(earlier, request) ? earlier.id : null };
  }
  const { query, role, status = null, twoFactor = null } = users.matching;
  const roleIds = role === undefined ? null : [role];
  return {
    users: { matching: { organizationId, words: searchWords(query), roleIds, status, twoFactor, now } },
    undoes: null,
  };
}

const opposites: Readonly<Record<UserJobAction, UserJobAction>> = {
  "add-role": "remove-role",
  "remove-role": "add-role",
  suspend: "restore",
  restore: "suspend",
};

function isOpposite(earlier: StoredBulkJob, request: NewUserJob): boolean {
  const roleId = "roleId" in request ? request.roleId : undefined;
  return opposites[earlier.action] === request.action && earlier.role?.id === roleId;
}

async function recordStart(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  job: Pick<StoredBulkJob, "id" | "action" | "role" | "roleExpiresAt" | "total">,
): Promise<void> {
  const { id, action, role, roleExpiresAt, total } = job;
  const changes = [
    { field: "action", before: null, after: action },
    ...(role === null ? [] : [{ field: "roles", before: null, after: [role.name] } as const]),
    ...(role === null || roleExpiresAt === null
      ? []
      : [
          {
            field: "roleEnds",
            before: null,
            after: toRoleEnds([{ name: role.name, expiresAt: roleExpiresAt }]),
          } as const,
        ]),
    { field: "users", before: null, after: total },
  ] as const;
  await record(deps, tx, actor, [
    { action: "user-jobs.started", target: toAuditTarget({ id, role }), changes },
  ]);
}

/** A job to store. */
type NewBulkJob = Pick<
  StoredBulkJob,
  | "organizationId"
  | "id"
  | "action"
  | "role"
  | "roleExpiresAt"
  | "createdBy"
  | "origin"
  | "createdAt"
  | "undoes"
>;

/** Which users a job changes. */
export type UserSelection =
  | { readonly ids: readonly string[] }
  | { readonly matching: UserFilter }
  | { readonly changedBy: string };

/**
 * Stores a job and its users in one statement, and returns the number of users. Stores nothing when they exceed the
 * maximum.
 */
async function insertBulkJob(tx: Tx, job: NewBulkJob, users: UserSelection): Promise<number> {
  const { organizationId, id, role, roleExpiresAt, createdBy, origin, undoes } = job;
  // Without an earlier job the join is left out: Citus can't place one whose condition is never true.
  const [earlierEnd, earlier] =
    undoes === null
      ? [sql`NULL::timestamptz`, sql``]
      : [
          sql`e.role_expires_at`,
          sql`LEFT JOIN user_job_users e ON e.organization_id = ${organizationId} AND e.job_id = ${undoes}::uuid AND e.user_id = f.user_id`,
        ];
  const { rows } = await tx.query(sql<{ total: number }>`
    WITH found AS MATERIALIZED (${selectUsers(organizationId, users)}),
    size AS (SELECT count(*)::integer AS total FROM found),
    job AS (
      INSERT INTO user_jobs (organization_id, job_id, action, role_id, role_name,
        role_expires_at, total, created_by_type,
        created_by_id, created_by_name, origin_ip, origin_user_agent, origin_request_id, created_at, undoes)
      SELECT o.organization_id, ${id}::uuid, ${job.action}, ${role?.id ?? null}::uuid, ${role?.name ?? null}::text,
        ${roleExpiresAt}::timestamptz, s.total, ${createdBy.type}, ${createdBy.id}::uuid, ${createdBy.name}, ${origin.ip}::text,
        ${origin.userAgent}::text, ${origin.requestId}, ${job.createdAt}::timestamptz, ${undoes}::uuid
      FROM organizations o CROSS JOIN size s WHERE o.organization_id = ${organizationId} AND s.total <= ${maxJobUsers}),
    placed AS (
      INSERT INTO user_job_users (organization_id, job_id, position, user_id, name, email, role_expires_at)
      SELECT o.organization_id, ${id}::uuid, row_number() OVER (ORDER BY u.name_key, f.user_id), f.user_id,
        u.name, u.email, COALESCE(${roleExpiresAt}::timestamptz, ${earlierEnd})
      FROM organizations o CROSS JOIN found f
        LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = f.user_id
        ${earlier}
      WHERE o.organization_id = ${organizationId} AND (SELECT s.total FROM size s) <= ${maxJobUsers})
    SELECT s.total FROM size s`);
  return rows[0]?.total ?? 0;
}

/** Selects the ids of the users. */
export function selectUsers(organizationId: string, users: UserSelection): Statement {
  if ("ids" in users) return sql`SELECT DISTINCT w.user_id FROM unnest(${users.ids}::uuid[]) AS w(user_id)`;
  if ("matching" in users) return selectMatchingUserIds(users.matching, maxJobUsers + 1);
  return sql`
    SELECT c.user_id FROM user_job_users c
    WHERE c.organization_id = ${organizationId} AND c.job_id = ${users.changedBy} AND c.outcome = 'changed'`;
}

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
