/** Takes jobs out of the outbox and does them. */
import type { JobResult, JobWithMetadata } from "pg-boss";
import type { Engine } from "../database/engine.ts";
import { createBoss } from "./boss.ts";
import type { Attempt, Handlers, Job } from "./enqueue.ts";
import { givenUp, queueNames } from "./queues.ts";

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
  /** Takes no further jobs and waits for those that run, at most `patience` milliseconds. */
  readonly stop: (patience: number) => Promise<void>;
}

const batchSize = 9;
const atOnce = 3;

/**
 * Starts working on every queue, looking for jobs twice a second. Any number of processes may do so at once: a job is
 * leased to one of them, and given to another when that one falls silent.
 */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const boss = createBoss(deps.engine, { supervises: true }, warnOnce(deps.log));
  await boss.start();
  for (const name of queueNames) {
    const options = {
      batchSize,
      includeMetadata: true,
      perJobResults: true,
      pollingIntervalSeconds: 0.5,
      burstWhenBatchFull: true,
    } as const;
    await boss.work<Job, JobResult[], typeof options>(name, options, (jobs) => runBatch(deps, jobs));
  }
  return { stop: (patience) => boss.stop({ graceful: true, timeout: patience }) };
}

/** Does a few jobs at once, and tells what became of each. */
export async function runBatch(
  { handlers, log }: Pick<WorkerDeps, "handlers" | "log">,
  jobs: readonly JobWithMetadata<Job>[],
): Promise<JobResult[]> {
  const waiting = [...jobs];
  const results: JobResult[] = [];
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      results.push(await runJob(handlers, log, job));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

async function runJob(handlers: Handlers, log: WorkerLog, job: JobWithMetadata<Job>): Promise<JobResult> {
  const attempt: Attempt = { tryNumber: job.retryCount + 1, isLast: job.retryCount >= job.retryLimit };
  try {
    if (job.name === givenUp) await handlers[givenUp](job.data);
    else await handle(handlers, job.data.kind, { job: job.data, attempt });
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

type JobOf = { readonly [K in Job["kind"]]: Extract<Job, { kind: K }> };

/** Calls the handler of a kind; generic, so that TypeScript sees that job and handler are of the same kind. */
function handle<K extends Job["kind"]>(
  handlers: { readonly [P in K]: (job: JobOf[P], attempt: Attempt) => Promise<void> },
  kind: K,
  { job, attempt }: { readonly job: JobOf[K]; readonly attempt: Attempt },
): Promise<void> {
  return handlers[kind](job, attempt);
}

/** While the database is away every look for jobs fails: say so when it begins, not twice a second. */
function warnOnce(log: WorkerLog): (error: unknown) => void {
  let last = "";
  return (error) => {
    const message = error instanceof Error ? error.message : String(error);
    if (message === last) return;
    last = message;
    log.warn({ err: error }, "The outbox can't be reached; the worker keeps trying.");
  };
}
