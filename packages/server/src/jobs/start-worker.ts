/** The worker: processes jobs from the outbox. */
import type { JobResult, JobWithMetadata } from "pg-boss";
import type { Engine } from "../db/engine.ts";
import { jobs, measure } from "../telemetry/measured-work.ts";
import { endOperation, runInOperation, startOperation } from "../telemetry/operation.ts";
import { createBoss } from "./pg-boss.ts";
import { type Attempt, deadLetter, type Handlers, type Job, queueNames, readTraceparent } from "./queues.ts";

/** What a worker needs. */
export interface WorkerDeps {
  readonly engine: Engine;
  readonly handlers: Handlers;
  readonly log: WorkerLog;
}

/** The part of a logger that a worker uses. */
interface WorkerLog {
  readonly warn: (details: object, message: string) => void;
  readonly error: (details: object, message: string) => void;
}

/** A running worker. */
export interface Worker {
  /** Fetches no further jobs and waits for running ones, at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>;
}

const batchSize = 9;
const concurrency = 3;
const logIntervalMs = 60_000;

/**
 * Starts processing every queue, polling twice a second. Any number of processes may do so concurrently: a job is
 * leased to one of them, and given to another when that one's heartbeat stops.
 */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const boss = createBoss(deps.engine, { isSupervisor: true }, logOnce(deps.log));
  await boss.start();
  for (const name of queueNames) {
    const options = {
      batchSize,
      includeMetadata: true,
      perJobResults: true,
      pollingIntervalSeconds: 0.5,
      burstWhenBatchFull: true,
    } as const;
    await boss.work<Job, JobResult[], typeof options>(name, options, (batch) => runBatch(deps, batch));
  }
  return { stop: (timeoutMs) => boss.stop({ graceful: true, timeout: timeoutMs }) };
}

/** Runs the jobs of a batch, a few at once, and returns their results. */
export async function runBatch(
  { handlers, log }: Pick<WorkerDeps, "handlers" | "log">,
  batch: readonly JobWithMetadata<Job>[],
): Promise<JobResult[]> {
  const waiting = [...batch];
  const results: JobResult[] = [];
  const runNext = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      results.push(await runJob(handlers, log, job));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, runNext));
  return results;
}

async function runJob(handlers: Handlers, log: WorkerLog, job: JobWithMetadata<Job>): Promise<JobResult> {
  const attempt: Attempt = { tryNumber: job.retryCount + 1, isLast: job.retryCount >= job.retryLimit };
  const run = async (): Promise<void> => {
    if (job.name === deadLetter) await handlers[deadLetter](job.data);
    else await handle(handlers, job.data.kind, { job: job.data, attempt });
  };
  try {
    await measureJob(job, attempt, run);
    return { id: job.id, status: "completed" };
  } catch (error) {
    const details = { err: error, job: job.id, kind: job.data.kind, tryNumber: attempt.tryNumber };
    if (attempt.isLast) log.error(details, "A job failed for the last time.");
    else log.warn(details, "A job failed and will be tried again.");
    return {
      id: job.id,
      status: "failed",
      output: { message: error instanceof Error ? error.message : String(error) },
    };
  }
}

/** Runs a job as an operation, which continues the trace of the request that enqueued it. */
async function measureJob(
  { name, data }: Pick<JobWithMetadata<Job>, "name" | "data">,
  { isLast }: Attempt,
  run: () => Promise<void>,
): Promise<void> {
  const operation = startOperation({ kind: "job", name, parent: readTraceparent(data) });
  let hasFailed = true;
  try {
    await runInOperation(operation, () =>
      measure(jobs, run, (error) => ({
        queue: name,
        result: error === null ? "completed" : isLast ? "dead-lettered" : "failed",
      })),
    );
    hasFailed = false;
  } finally {
    endOperation({ operation, status: null, hasFailed });
  }
}

type JobOf = { readonly [K in Job["kind"]]: Extract<Job, { kind: K }> };

/** Calls the handler of a kind; generic, so that TypeScript sees that job and handler are of the same kind. */
function handle<K extends Job["kind"]>(
  handlers: { readonly [P in K]: (job: JobOf[P], attempt: Attempt) => Promise<void> },
  kind: K,
  { job, attempt }: { readonly job: JobOf[K]; readonly attempt: Attempt },
): Promise<void> {
  return handlers[kind](job, attempt);
}

/** While the database is unavailable every poll fails, with one of a few messages: log each message once a minute. */
function logOnce(log: WorkerLog): (error: unknown) => void {
  const loggedAt = new Map<string, number>();
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    const now = performance.now();
    for (const [logged, at] of loggedAt) if (now - at > logIntervalMs) loggedAt.delete(logged);
    if (loggedAt.has(message)) return;
    loggedAt.set(message, now);
    log.warn({ err: error }, "The outbox can't be reached; the worker keeps trying.");
  };
}
