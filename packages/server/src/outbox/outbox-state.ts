/** Whether anybody works on the outbox, and how much waits in it: for metrics, health checks, `doctor` and the mail settings. */
import { sql } from "kysely";
import type { Database } from "../database/database.ts";

/** The outbox at a moment, by the database's clock. */
export interface OutboxState {
  /** Seconds since a worker last said that it runs; null when none ever did. */
  readonly workerSeenSecondsAgo: number | null;
  /** Jobs that are due and wait for a worker. */
  readonly dueJobs: number;
  /** For how many seconds the oldest of them has been due; 0 without one. */
  readonly oldestDueSeconds: number;
}

/** A worker says so this often, in milliseconds. */
export const heartbeatIntervalMs = 15_000;

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
          count(j.name)::integer AS "dueJobs",
          coalesce(extract(epoch FROM now() - min(j.start_after)), 0)::float8 AS "oldestDueSeconds"
        FROM installation i LEFT JOIN pgboss.job j
          ON j.state IN ('created', 'retry') AND j.start_after <= now()
        GROUP BY i.singleton`.execute(tx),
    { readOnly: true },
  );
  const [state] = rows;
  if (state === undefined)
    throw new Error("The installation has no row of facts. Restore the database from a backup.");
  return state;
}

/** Writes down that a worker runs. */
export async function noteWorker(db: Pick<Database, "shared">): Promise<void> {
  await db.shared((tx) => sql`UPDATE installation SET worker_seen_at = now()`.execute(tx), {
    system: "a worker says that it runs",
  });
}
