/** Pending jobs in backups: without pg-boss internals that another version may store differently. */
import type pg from "pg";
import type { Engine } from "../db/engine.ts";
import { bossSchema, createBoss } from "./pg-boss.ts";
import { type QueueName, queueNames } from "./queues.ts";

/** A job that hasn't completed. */
export interface PendingJob {
  readonly id: string;
  readonly queue: QueueName;
  readonly content: object;
  /** Not before. */
  readonly startAfter: string;
}

/**
 * A statement that returns one row for each pending job, in the column `line`: id, queue, content and start as texts.
 */
export const pendingJobsStatement = `
  SELECT json_build_array(id::text, name, data::text, to_json(start_after) #>> '{}')::text AS line
    FROM ${bossSchema}.job WHERE state IN ('created', 'retry', 'active') AND name = ANY ('{${queueNames.join(",")}}')`;

/** Parses a row of `pendingJobsStatement`; null for a queue that no longer exists. */
export function readPendingJob([id, queue, content, startAfter]: readonly (
  | string
  | null
)[]): PendingJob | null {
  const known = queueNames.find((name) => name === queue);
  if (known === undefined || id == null || content == null || startAfter == null) return null;
  return { id, queue: known, content: JSON.parse(content) as object, startAfter };
}

/** Enqueues pending jobs in the caller's transaction, with their full number of attempts. */
export interface PendingJobWriter {
  readonly write: (client: pg.ClientBase, jobs: readonly PendingJob[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the outbox of a database where `installOutbox` has run. Call it before the transaction, because it queries on
 * a pool connection.
 */
export async function openPendingJobWriter(engine: Engine): Promise<PendingJobWriter> {
  const boss = createBoss(engine, {}, () => undefined); // an error here also fails the statement
  await boss.start();
  return {
    write: async (client, jobs) => {
      const db = {
        executeSql: (text: string, values?: unknown[]) =>
          client.query(text, values === undefined ? [] : values),
      };
      for (const [queue, ofQueue] of Map.groupBy(jobs, (job) => job.queue)) {
        const rows = ofQueue.map(({ id, content, startAfter }) => ({ id, data: content, startAfter }));
        await boss.insert(queue, rows, { db });
      }
    },
    close: () => boss.stop({ graceful: false }),
  };
}
