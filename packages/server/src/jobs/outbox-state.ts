/** The state of the outbox: for metrics, health checks, `doctor` and the mail settings. */

import type { Database } from "../db/database.ts";
import { sql } from "../db/sql.ts";

/** The outbox's state, by the database's clock. */
export interface OutboxState {
  /** Seconds since a worker's last heartbeat; null when there never was one. */
  readonly workerSeenSecondsAgo: number | null;
  /** Jobs that are due and wait for a worker; 10,000 stands for that many or more. */
  readonly dueJobs: number;
  /** For how many seconds the oldest of them has been due; 0 without one. */
  readonly oldestDueSeconds: number;
}

/** The heartbeat interval of a worker, in milliseconds. */
export const heartbeatIntervalMs = 15_000;

const maxCounted = 10_000;

/** After this many seconds without a heartbeat no worker is assumed to run. */
const missingAfterSeconds = 60;

/** Whether no worker runs. */
export function isWorkerMissing({ workerSeenSecondsAgo }: OutboxState): boolean {
  return workerSeenSecondsAgo === null || workerSeenSecondsAgo > missingAfterSeconds;
}

/** Reads the state, in one statement. */
export async function readOutboxState(db: Pick<Database, "shared">): Promise<OutboxState> {
  const { rows } = await db.shared(
    (tx) =>
      tx.query(sql<OutboxState>`
        SELECT extract(epoch FROM now() - i.worker_seen_at)::float8 AS "workerSeenSecondsAgo",
          (SELECT count(*) FROM (SELECT FROM pgboss.job j
            WHERE j.state IN ('created', 'retry') AND j.start_after <= now() LIMIT ${maxCounted}) due)::integer AS "dueJobs",
          coalesce((SELECT extract(epoch FROM now() - min(j.start_after)) FROM pgboss.job j
            WHERE j.state IN ('created', 'retry') AND j.start_after <= now()), 0)::float8 AS "oldestDueSeconds"
        FROM installation i`),
    { readOnly: true, isPriority: true },
  );
  const [state] = rows;
  if (state === undefined)
    throw new Error("The installation has no row of facts. Restore the database from a backup.");
  return state;
}

/** The state is read again after this many milliseconds. */
const maxAgeMs = 5_000;

/**
 * The state, a few seconds old at most, for health checks, which anybody may send: one read at a time, however many
 * requests. Null until the first read has returned, and when the last one failed.
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

/** Records a worker's heartbeat. */
export async function recordHeartbeat(db: Pick<Database, "shared">): Promise<void> {
  await db.shared((tx) => tx.query(sql`UPDATE installation SET worker_seen_at = now()`), {
    system: "records the heartbeat of a worker",
  });
}
