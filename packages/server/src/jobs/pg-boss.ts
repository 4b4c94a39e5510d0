/** Creates pg-boss instances on our own connections. */
import { PgBoss } from "pg-boss";
import { queryAlone } from "../db/connections.ts";
import type { Engine } from "../db/engine.ts";

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
