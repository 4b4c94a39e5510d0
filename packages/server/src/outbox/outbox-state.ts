/** Whether anybody works on the outbox, and how much waits in it: for metrics, health checks, `doctor` and the mail settings. */
import { sql } from "kysely";
import type { Database } from "../database/database.ts";

/** The outbox at a moment, by the database's clock. */
export interface OutboxState {
  /** Seconds since a worker last said that it runs; null when none ever did. */
  readonly workerSeenSecondsAgo: number | null;
  /** Jobs that are due and wait for a worker; 10,000 stands for that many or more. */
  readonly dueJobs: number;
  /** For how many seconds the oldest of them has been due; 0 without one. */
  readonly oldestDueSeconds: number;
}

/** A worker says so this often, in milliseconds. */
export const heartbeatIntervalMs = 15_000;

const maxCounted = 10_000;

/** After this many seconds without a sign no worker is taken to run. */
const missingAfterSeconds = 60;

/** Whether no worker runs. */
export function isWorkerMissing({ workerSeenSecondsAgo }: OutboxState): boolean {
  return workerSeenSecondsAgo === null || workerSeenSecondsAgo > missingAfterSeconds;
}

/** Reads the state, in one statement. */
export async function readOutboxState(db: Pick<Database, "shared">): Promise<OutboxState> {
  const { rows } = await db.shared(
    (tx) =>
      sql<OutboxState>`
        SELECT extract(epoch FROM now() - i.worker_seen_at)::float8 AS "workerSeenSecondsAgo",
          (SELECT count(*) FROM (SELECT FROM pgboss.job j
            WHERE j.state IN ('created', 'retry') AND j.start_after <= now() LIMIT ${maxCounted}) due)::integer AS "dueJobs",
          coalesce((SELECT extract(epoch FROM now() - min(j.start_after)) FROM pgboss.job j
            WHERE j.state IN ('created', 'retry') AND j.start_after <= now()), 0)::float8 AS "oldestDueSeconds"
        FROM installation i`.execute(tx),
    { readOnly: true, isPriority: true },
  );
  const [state] = rows;
  if (state === undefined)
    throw new Error("The installation has no row of facts. Restore the database from a backup.");
  return state;
}

/** Reads again after this many milliseconds. */
const maxAgeMs = 5_000;

/**
 * The state as it was a few seconds ago at most, for health checks, which anybody may send: one read at a time, however many
 * ask. Null until the first read has answered, and when the last one failed.
 */
export function watchOutboxState(db: Pick<Database, "shared">): () => Promise<OutboxState | null> {
  let state: OutboxState | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    state = await readOutboxState(db).catch(() => null);
    readAt = performance.now();
    reading = null;
  };
  return async () => {
    if (performance.now() - readAt < maxAgeMs) return state;
    reading ??= read();
    if (state === null) await reading;
    return state;
  };
}

/** Writes down that a worker runs. */
export async function noteWorker(db: Pick<Database, "shared">): Promise<void> {
  await db.shared((tx) => sql`UPDATE installation SET worker_seen_at = now()`.execute(tx), {
    system: "a worker says that it runs",
  });
}
