/** Runs a job in the worker: edits its users in batches, by the rules of a single edit. */
import { setTimeout as wait } from "node:timers/promises";
import { requireUnchangedAuthority } from "../../auth/authority.ts";
import { DatabaseUnavailable, type Tx } from "../../db/database.ts";
import { isConflict } from "../../db/errors.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { UserJobMessage } from "../../jobs/queues.ts";
import { mapDatabaseError } from "../users/index.ts";
import { createBatchSize } from "./batch-size.ts";
import { editBatch } from "./edit-batch.ts";
import { creatorLostAccess, toRefusedResult } from "./errors.ts";
import { findJobCreator } from "./job-permissions.ts";
import {
  countDone,
  endBulkJob,
  incrementGeneration,
  type JobUser,
  listNextUsers,
  lockBulkJob,
  refuseRemaining,
  type StoredBulkJob,
  storeResults,
} from "./queries.ts";

type RunDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue" | "log">;

/** After this time, in milliseconds, a new message continues the job: shutdown isn't delayed, and jobs alternate. */
const maxRunMs = 4_000;
/** Pause between transactions, in milliseconds, for requests that need more than one transaction. Embedded only. */
const pauseMs = 5;
/** Users refused in one statement, after the creator has lost access. */
const maxRefusedBatch = 2_000;
/**
 * Users in one transaction. Others who edit one of them, or write in the organization when it ends, wait for it; and with more, memory
 * grows. The embedded database runs one transaction at a time.
 */
const batchSizes = { postgres: 500, embedded: 50 } as const;

/**
 * Runs a job until it ends or the time is up. Each transaction contains the edits of a batch, their audit events and results, and
 * the progress of the job, so that another worker can continue after a crash. It locks the job, so that two workers
 * alternate, and a cancellation takes effect between two transactions. A message of an older generation is ignored.
 * @throws DatabaseUnavailable when the message should be retried
 */
export async function runBulkJob(
  deps: RunDeps,
  message: UserJobMessage,
  { batchSize = batchSizes[deps.db.engine] }: { readonly batchSize?: number } = {},
): Promise<void> {
  const end = deps.clock.now().getTime() + maxRunMs;
  const size = createBatchSize(batchSize);
  for (;;) {
    const isTimeUp = deps.clock.now().getTime() >= end;
    const batch: Batch = { users: [] };
    try {
      const hasMore = await deps.db.tenant(
        message.organizationId,
        (tx) => processBatch(deps, tx, message, { limit: size.get(), isTimeUp, batch }),
        { system: "the worker runs a job with the permissions of its creator" },
      );
      if (!hasMore) return;
      size.succeeded();
      if (deps.db.engine === "embedded") await wait(pauseMs);
    } catch (error) {
      const [user] = batch.users;
      if (error instanceof DatabaseUnavailable || user === undefined) throw error;
      // The transaction was rolled back. Smaller ones find the user whose edit failed.
      if (batch.users.length === 1) await recordFailure(deps, message, user, error);
      size.failed(batch.users.length);
    }
  }
}

interface Batch {
  /** The users being edited: if the transaction fails meanwhile, the edit of one of them does. */
  users: readonly JobUser[];
}

interface BatchOptions {
  readonly limit: number;
  readonly isTimeUp: boolean;
  readonly batch: Batch;
}

/** Edits the next users. False when this message has nothing left to do. */
async function processBatch(
  deps: RunDeps,
  tx: Tx,
  message: UserJobMessage,
  { limit, isTimeUp, batch }: BatchOptions,
): Promise<boolean> {
  batch.users = [];
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
    const users = await listNextUsers(tx, job, limit);
    batch.users = users;
    const results = await editBatch(deps, tx, { job, creator: creator.actor }, users);
    done = results.length;
    await storeResults(tx, job, { results, now: deps.clock.now() });
    batch.users = [];
    requireUnchangedAuthority(tx, creator.authority, deps.clock.now());
  }
  if (countDone(job) + done >= job.total) return false;
  if (!isTimeUp) return true;
  await incrementGeneration(tx, job);
  await deps.enqueue(tx, [{ ...message, generation: message.generation + 1 }]);
  return false;
}

function isCurrent(job: StoredBulkJob | null, message: UserJobMessage): job is StoredBulkJob {
  return job !== null && job.generation === message.generation && job.finishedAt === null;
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
