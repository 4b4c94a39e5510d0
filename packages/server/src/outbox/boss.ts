/** pg-boss on our own connections. */
import { PgBoss } from "pg-boss";
import { queryAlone } from "../database/connections.ts";
import type { Engine } from "../database/engine.ts";

/** Where pg-boss keeps its tables. */
export const bossSchema = "pgboss";

/** What an instance is for. */
export interface BossPurpose {
  /** May create and change its tables. */
  readonly installs?: boolean;
  /** Looks after jobs: gives those of dead workers to others, deletes old ones. */
  readonly supervises?: boolean;
}

/** An instance that is not started yet. It reports what goes wrong in the background to `onError`. */
export function createBoss(
  engine: Engine,
  { installs = false, supervises = false }: BossPurpose,
  onError: (error: Error) => void,
): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: (text, values = []) => queryAlone(engine.pool, { text, values: [...values] }) },
    backend: engine.kind === "embedded" ? "pglite" : "postgres",
    schema: bossSchema,
    migrate: installs,
    createSchema: installs,
    supervise: supervises,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    // What this product doesn't use, each of which would query the database in the background.
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", (reported: unknown) => onError(toError(reported)));
  return boss;
}

/** pg-boss copies some errors into plain objects, of which `String` and a log would say nothing. */
export function toError(reported: unknown): Error {
  if (reported instanceof Error) return reported;
  if (typeof reported !== "object" || reported === null) return new Error(String(reported));
  const { message, stack, ...rest } = reported as Readonly<Record<string, unknown>>;
  // Queue and worker stand at the end of the message and are members, too: the same failure has the same message.
  const words =
    typeof message === "string"
      ? message.replace(/ \(Queue: [^)]*\)$/, "")
      : "The job queue failed without a message.";
  const error = new Error(words);
  if (typeof stack === "string") error.stack = stack;
  return Object.assign(error, rest);
}
