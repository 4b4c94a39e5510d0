/** Runs a job in the worker: edits its users one by one, with the same code as a single edit. */
import { setTimeout as wait } from "node:timers/promises";
import type { Actor } from "../../auth/actor.ts";
import { requireUnchangedAuthority } from "../../auth/authority.ts";
import { DatabaseUnavailable, type Tx } from "../../db/database.ts";
import { isConflict } from "../../db/errors.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { UserJobMessage } from "../../jobs/queues.ts";
import { editUserInTransaction, mapDatabaseError, type RequestedEdit } from "../users/index.ts";
import { creatorLostAccess, toRefusedResult } from "./errors.ts";
import { findJobCreator } from "./job-permissions.ts";
import {
  countDone,
  endBulkJob,
  incrementGeneration,
  type JobUser,
  type JobUserResult,
  listNextUsers,
  lockBulkJob,
  refuseRemaining,
  type StoredBulkJob,
  storeResults,
} from "./queries.ts";

type RunDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue" | "log">;

/** After this time, in milliseconds, a new message continues the job: shutdown isn't delayed, and jobs alternate. */
const maxRunMs = 4_000;
/** After this time, in milliseconds, a transaction starts no further edit: the embedded database runs one at a time. */
const maxTransactionMs = 10;
/** Pause between transactions, in milliseconds, for requests that need more than one transaction. Embedded only. */
const pauseMs = 5;
/** Users in one transaction at most. */
const maxBatchSize = 20;
/** Users refused in one statement, after the creator has lost access. */
const maxRefusedBatch = 2_000;
/** Attempts for a user who is edited concurrently. */
const maxAttempts = 3;

/**
 * Runs a job until it ends or the time is up. Each transaction contains a few edits, their audit events and results, and
 * the progress of the job, so that another worker can continue after a crash. It locks the job, so that two workers
 * alternate, and a cancellation takes effect between two transactions. A message of an older generation is ignored.
 * @throws DatabaseUnavailable when the message should be retried
 */
export async function runBulkJob(deps: RunDeps, message: UserJobMessage): Promise<void> {
  const end = deps.clock.now().getTime() + maxRunMs;
  let limit = maxBatchSize;
  for (;;) {
    const isTimeUp = deps.clock.now().getTime() >= end;
    const progress: BatchProgress = { user: null, before: 0 };
    try {
      const hasMore = await deps.db.tenant(
        message.organizationId,
        (tx) => processBatch(deps, tx, message, { limit, isTimeUp, progress }),
        { system: "the worker runs a job with the permissions of its creator" },
      );
      if (!hasMore) return;
      limit = maxBatchSize;
      if (deps.db.engine === "embedded") await wait(pauseMs);
    } catch (error) {
      if (error instanceof DatabaseUnavailable || progress.user === null) throw error;
      // The transaction was rolled back. The next one repeats the edits before the failed one, without it.
      limit = progress.before;
      if (limit === 0) {
        await recordFailure(deps, message, progress.user, error);
        limit = maxBatchSize;
      }
    }
  }
}

/** The user being edited, and the number of edits before that in the transaction. */
interface BatchProgress {
  user: JobUser | null;
  before: number;
}

interface BatchOptions {
  readonly limit: number;
  readonly isTimeUp: boolean;
  readonly progress: BatchProgress;
}

/** Edits the next users. False when this message has nothing left to do. */
async function processBatch(
  deps: RunDeps,
  tx: Tx,
  message: UserJobMessage,
  options: BatchOptions,
): Promise<boolean> {
  const startedAt = deps.clock.now();
  const job = await lockBulkJob(tx, message);
  if (!isCurrent(job, message)) return false;
  const creator = await findJobCreator(tx, job, startedAt);
  let done: number;
  if (creator === null) {
    done = maxRefusedBatch;
    await refuseRemaining(tx, job, {
      reason: toRefusedResult(creatorLostAccess(job)),
      limit: done,
      now: startedAt,
    });
  } else {
    const results = await editNextUsers(deps, tx, { job, creator: creator.actor }, options);
    done = results.length;
    await storeResults(tx, job, { results, now: deps.clock.now() });
    requireUnchangedAuthority(tx, creator.authority, deps.clock.now());
  }
  options.progress.user = null;
  if (countDone(job) + done >= job.total) return false;
  if (!options.isTimeUp) return true;
  await incrementGeneration(tx, job);
  await deps.enqueue(tx, [{ ...message, generation: message.generation + 1 }]);
  return false;
}

function isCurrent(job: StoredBulkJob | null, message: UserJobMessage): job is StoredBulkJob {
  return job !== null && job.generation === message.generation && job.finishedAt === null;
}

async function editNextUsers(
  deps: RunDeps,
  tx: Tx,
  { job, creator }: { readonly job: StoredBulkJob; readonly creator: Actor },
  { limit, progress }: BatchOptions,
): Promise<readonly JobUserResult[]> {
  const end = deps.clock.now().getTime() + maxTransactionMs;
  const results: JobUserResult[] = [];
  for (const user of await listNextUsers(tx, job, limit)) {
    progress.user = user;
    progress.before = results.length;
    results.push(await editUser(deps, tx, creator, { job, user }));
    if (deps.clock.now().getTime() >= end) break;
  }
  return results;
}

async function editUser(
  deps: RunDeps,
  tx: Tx,
  creator: Actor,
  { job, user }: { readonly job: StoredBulkJob; readonly user: JobUser },
): Promise<JobUserResult> {
  const { position, userId, roleExpiresAt } = user;
  // A grant whose end has passed meanwhile is not added again.
  if (roleExpiresAt !== null && roleExpiresAt <= deps.clock.now())
    return { position, outcome: "unchanged", roleExpiresAt };
  for (let attempts = 1; ; attempts += 1) {
    try {
      const edit = toUserEdit(job, user);
      const { isChanged, removed } = await editUserInTransaction(deps, tx, creator, { userId, edit });
      const end = job.action === "remove-role" ? (removed[0]?.expiresAt ?? null) : roleExpiresAt;
      return { position, outcome: isChanged ? "changed" : "unchanged", roleExpiresAt: end };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "precondition/failed" && attempts < maxAttempts) continue;
      return { position, ...toRefusedResult(error) };
    }
  }
}

function toUserEdit({ action, role }: StoredBulkJob, { roleExpiresAt }: JobUser): RequestedEdit {
  switch (action) {
    case "add-role":
      return { addedRole: { id: role?.id ?? "", expiresAt: roleExpiresAt } };
    case "remove-role":
      return { removeRoleId: role?.id ?? "" };
    case "suspend":
      return { status: "suspended" };
    case "restore":
      return { status: "active" };
  }
}

/** Records that the database rejected an edit, unless another worker has continued the job. */
async function recordFailure(
  deps: RunDeps,
  message: UserJobMessage,
  user: JobUser,
  error: unknown,
): Promise<void> {
  const apiError = toApiError(deps, message, user, error);
  await deps.db.tenant(
    message.organizationId,
    async (tx) => {
      const job = await lockBulkJob(tx, message);
      if (!isCurrent(job, message) || countDone(job) + 1 !== user.position) return;
      const results = [{ position: user.position, ...toRefusedResult(apiError) }];
      await storeResults(tx, job, { results, now: deps.clock.now() });
    },
    { system: "records a failed edit" },
  );
}

function toApiError(
  { log }: Pick<RunDeps, "log">,
  { jobId }: UserJobMessage,
  { userId }: JobUser,
  error: unknown,
): ApiError {
  const explained = mapDatabaseError(error);
  if (explained instanceof ApiError) return explained;
  if (isConflict(error))
    return new ApiError("conflict/concurrent", {
      detail: "Others changed this user several times at the same moment. Try again.",
    });
  log.error({ err: error, jobId, userId }, "A user could not be changed by a job.");
  return new ApiError("internal", {
    detail:
      "Something went wrong on the server. Edit this user alone; if the error remains, tell your operator.",
  });
}

/** Sets a job to failed after its last attempt failed or was interrupted. Otherwise it would stay running. */
export async function onBulkJobRetriesExhausted(
  deps: Pick<Deps, "db" | "clock">,
  message: UserJobMessage,
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.tenant(
    message.organizationId,
    (tx) => endBulkJob(tx, message, { status: "failed", now, message }),
    { system: "ends a failed job" },
  );
}
