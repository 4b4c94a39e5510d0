/** Creates pg-boss instances on our own connections, and reads and writes pending jobs for backups. */
import type pg from "pg";
import { PgBoss } from "pg-boss";
import { queryAlone } from "../db/connections.ts";
import type { Engine } from "../db/engine.ts";
import { type QueueName, queueNames } from "./queues.ts";

/** The schema of pg-boss's tables. */
export const bossSchema = "pgboss";

/** The purpose of an instance. */
export interface BossOptions {
  /** May create and change its tables. */
  readonly canInstall?: boolean;
  /** Maintains jobs: requeues those of dead workers, deletes old ones. */
  readonly isSupervisor?: boolean;
}

/** Creates an instance that isn't started. It reports background errors to `onError`. */
export function createBoss(
  engine: Engine,
  { canInstall = false, isSupervisor = false }: BossOptions,
  onError: (error: Error) => void,
): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: (text, values = []) => queryAlone(engine.pool, { text, values: [...values] }) },
    backend: engine.kind === "embedded" ? "pglite" : "postgres",
    schema: bossSchema,
    migrate: canInstall,
    createSchema: canInstall,
    supervise: isSupervisor,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    // Unused features, each of which would query the database in the background.
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (reported: unknown) => onError(toError(reported)));
  return boss;
}

/** pg-boss copies some errors into plain objects, which `String` and a log would not show. */
export function toError(reported: unknown): Error {
  if (reported instanceof Error) return reported;
  if (typeof reported !== "object" || reported === null) return new Error(String(reported));
  const { message, stack, ...rest } = reported as Readonly<Record<string, unknown>>;
  // Queue and worker are also in the message's suffix: removed, so that the same failure has the same message.
  const text =
    typeof message === "string"
      ? message.replace(/ \(Queue: [^)]*\)$/, "")
      : "The job queue failed without a message.";
  const error = new Error(text);
  if (typeof stack === "string") error.stack = stack;
  return Object.assign(error, rest);
}

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
