/** Jobs that wait, as a backup keeps them: without what another version of pg-boss might store differently. */
import type pg from "pg";
import type { Engine } from "../database/engine.ts";
import { bossSchema, createBoss } from "./boss.ts";
import { type QueueName, queueNames } from "./queues.ts";

/** A job that was not done, or not to its end. */
export interface PendingJob {
  readonly id: string;
  readonly queue: QueueName;
  readonly content: object;
  /** Not before. */
  readonly startAfter: string;
}

/** A statement that gives one row for each job that waits, in the column `line`: id, queue, content and start as texts. */
export const pendingJobs = `
  SELECT json_build_array(id::text, name, data::text, to_json(start_after) #>> '{}')::text AS line
    FROM ${bossSchema}.job WHERE state IN ('created', 'retry', 'active') AND name = ANY ('{${queueNames.join(",")}}')`;

/** Reads a row of `pendingJobs`; null for a queue that is not there any more. */
export function readPendingJob([id, queue, content, startAfter]: readonly (
  | string
  | null
)[]): PendingJob | null {
  const known = queueNames.find((name) => name === queue);
  if (known === undefined || id == null || content == null || startAfter == null) return null;
  return { id, queue: known, content: JSON.parse(content) as object, startAfter };
}

/** Puts jobs into the outbox within a transaction of the caller's, with all their tries before them. */
export interface PendingJobWriter {
  readonly write: (client: pg.ClientBase, jobs: readonly PendingJob[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens the outbox of a database where `installOutbox` has run: before the transaction, as it asks on a connection of the pool. */
export async function openPendingJobWriter(engine: Engine): Promise<PendingJobWriter> {
  const boss = createBoss(engine, {}, () => undefined); // what fails here fails the statement, too
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
