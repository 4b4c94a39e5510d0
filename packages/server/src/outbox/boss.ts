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
  onError: (error: unknown) => void,
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
  boss.on("error", onError);
  return boss;
}
