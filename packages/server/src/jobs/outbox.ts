/** The transactional outbox on pg-boss: its tables and queues, how jobs are enqueued, and its state. */
import type { Database } from "../db/database.ts";
import type { Engine } from "../db/engine.ts";
import { named, prepare, sql } from "../db/sql.ts";
import { getOperation } from "../telemetry/operation.ts";
import { bossSchema, createBoss } from "./pg-boss.ts";
import { addTraceparent, deadLetter, type Enqueue, type Job, queueNames, queues } from "./queues.ts";

/**
 * Installs or upgrades pg-boss and creates the queues. Needs the user that owns the database; does nothing where all
 * is in place. Several processes may call it concurrently.
 */
export async function installOutbox(engine: Engine): Promise<void> {
  const failures: unknown[] = [];
  const boss = createBoss(engine, { canInstall: true }, (error) => failures.push(error));
  try {
    await boss.start();
    for (const name of queueNames) await ensureQueue(boss, name);
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures.length > 0) throw new AggregateError(failures, "The outbox could not be installed.");
  await grantPrivileges(engine);
}

async function ensureQueue(
  boss: ReturnType<typeof createBoss>,
  name: (typeof queueNames)[number],
): Promise<void> {
  const settings = { ...queues[name], retryBackoff: true };
  const existing = await boss.getQueue(name);
  if (existing === null) return boss.createQueue(name, settings);
  const isSame = Object.entries(settings).every(
    ([key, value]) => existing[key as keyof typeof settings] === value,
  );
  if (!isSame) await boss.updateQueue(name, settings);
}

/**
 * The application's role may enqueue and process jobs; tables and functions stay with their owner, and no other role
 * has access.
 */
async function grantPrivileges(engine: Engine): Promise<void> {
  const { rows } = await engine.pool.query(`
    SELECT (SELECT count(*) FROM pg_class
             WHERE relnamespace = '${bossSchema}'::regnamespace AND relkind IN ('r', 'p')
               AND NOT has_table_privilege('gatehouse_app', oid, 'DELETE'))
         + (SELECT count(*) FROM pg_proc p
             WHERE p.pronamespace = '${bossSchema}'::regnamespace
               AND (NOT has_function_privilege('gatehouse_app', p.oid, 'EXECUTE')
                 OR EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0))) AS count`);
  if (rows[0]?.count === 0) return;
  await engine.pool.query(`
    SELECT pg_advisory_xact_lock(7236837002); -- two that grant the same at once would fail
    GRANT USAGE ON SCHEMA ${bossSchema} TO gatehouse_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${bossSchema} TO gatehouse_app;
    REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ${bossSchema} FROM PUBLIC;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${bossSchema} TO gatehouse_app`);
}

/** An open outbox: jobs can be enqueued. The worker processes them. */
export interface Outbox {
  readonly enqueue: Enqueue;
  readonly close: () => Promise<void>;
}

/** Opens the outbox of a database where `installOutbox` has run. */
export async function openOutbox(engine: Engine, onError: (error: unknown) => void): Promise<Outbox> {
  const boss = createBoss(engine, {}, onError);
  await boss.start();
  const enqueue: Enqueue = async (tx, jobs) => {
    const traceparent = getOperation()?.traceparent ?? null;
    for (const [kind, ofKind] of Map.groupBy(jobs, (job: Job) => job.kind)) {
      const rows = ofKind.map((job) => ({
        data: addTraceparent(job, traceparent),
        ...("delaySeconds" in job && job.delaySeconds > 0 ? { startAfter: job.delaySeconds } : {}),
      }));
      const executeSql = async (text: string, values: unknown[] = []) => {
        tx.deferToCommit({ text: `${prepare("enqueueJobs").text}${text}`, values });
        return { rows: [] };
      };
      await boss.insert(kind, rows, { db: { executeSql } });
    }
  };
  return { enqueue, close: () => boss.stop({ graceful: false }) };
}

/** Whether a worker runs. `unknown` while the database is read-only, because a heartbeat can't be recorded then. */
export type WorkerState = "running" | "missing" | "unknown";

/** The outbox's state, by the database's clock. */
export interface OutboxState {
  readonly isReadOnly: boolean;
  /** Seconds since a worker's last heartbeat; null when there never was one. */
  readonly workerSeenSecondsAgo: number | null;
  /** Jobs that are due and wait for a worker; 10,000 stands for that many or more. */
  readonly dueJobs: number;
  /** For how many seconds the oldest of them has been due; 0 without one. */
  readonly oldestDueSeconds: number;
  /** Jobs that were dead-lettered in the last week; 10,000 stands for that many or more. */
  readonly deadLetteredJobs: number;
}

/** The heartbeat interval of a worker, in milliseconds. */
export const heartbeatIntervalMs = 15_000;

const maxCounted = 10_000;

/** After this many seconds without a heartbeat no worker is assumed to run. */
const missingAfterSeconds = 60;

/** Whether a worker runs. */
export function getWorkerState({
  isReadOnly,
  workerSeenSecondsAgo,
}: Pick<OutboxState, "isReadOnly" | "workerSeenSecondsAgo">): WorkerState {
  if (workerSeenSecondsAgo !== null && workerSeenSecondsAgo <= missingAfterSeconds) return "running";
  return isReadOnly ? "unknown" : "missing";
}

/** Reads the state, in one statement. */
export async function readOutboxState(db: Pick<Database, "shared">): Promise<OutboxState> {
  const { rows } = await db.shared(
    (tx) =>
      tx.query(sql<OutboxState>`${named("readOutboxState")}
        SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
          extract(epoch FROM now() - i.worker_seen_at)::float8 AS "workerSeenSecondsAgo",
          (SELECT count(*) FROM (SELECT FROM pgboss.job j
            WHERE j.state IN ('created', 'retry') AND j.start_after <= now() LIMIT ${maxCounted}) due)::integer AS "dueJobs",
          coalesce((SELECT extract(epoch FROM now() - min(j.start_after)) FROM pgboss.job j
            WHERE j.state IN ('created', 'retry') AND j.start_after <= now()), 0)::float8 AS "oldestDueSeconds",
          (SELECT count(*) FROM (SELECT FROM pgboss.job j
            WHERE j.name = ${deadLetter} AND j.created_on > now() - interval '7 days' LIMIT ${maxCounted}) dead)::integer AS "deadLetteredJobs"
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
  await db.shared(
    (tx) => tx.query(sql`${named("recordHeartbeat")}UPDATE installation SET worker_seen_at = now()`),
    {
      system: "records the heartbeat of a worker",
    },
  );
}
