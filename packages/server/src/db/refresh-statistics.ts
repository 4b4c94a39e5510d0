/**
 * Keeps the statistics of growing tables current. Autovacuum comes after a minute, and the embedded engine has none: until then the
 * planner believes that a table is as small as it was, and may look for a thousand addresses in the wrong index.
 */
import { formatStatementName } from "../telemetry/statement-name.ts";
import { queryAlone } from "./connections.ts";
import type { Engine } from "./engine.ts";

/** Pages of a table whose size doesn't matter yet. */
const smallTable = 8;

/** How often it looks for tables that have grown. Milliseconds. */
const intervalMs = 2_000;

/** Tables of more than twice the size that they had when they were analyzed. One that another user owns can't be analyzed. */
const findGrown = `${formatStatementName("findGrownTables")}SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('public', 'pgboss') AND c.relkind = 'r' AND NOT pg_is_in_recovery() AND pg_has_role(c.relowner, 'USAGE')
    AND pg_relation_size(c.oid) > 2 * greatest(c.relpages, ${smallTable}) * current_setting('block_size')::bigint`;

/**
 * Analyzes the tables that have grown to more than twice their size. A table that somebody else analyzes is skipped.
 * @throws DatabaseUnavailable
 */
export async function refreshStatistics({
  pool,
  timeouts,
}: Pick<Engine, "pool" | "timeouts">): Promise<void> {
  const { rows } = await queryAlone(pool, { text: findGrown, query_timeout: timeouts.interactive?.query });
  for (const { name } of rows) {
    const text = `${formatStatementName("analyzeTable")}ANALYZE (SKIP_LOCKED) ${name}`;
    await queryAlone(pool, { text, query_timeout: timeouts.background?.query });
  }
}

/** Refreshes them every few seconds, in every server and worker. */
export function startRefreshingStatistics(engine: Pick<Engine, "pool" | "timeouts">): {
  /** Starts nothing more, and waits for what runs. */
  readonly stop: () => Promise<void>;
} {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= refreshStatistics(engine)
      .catch(() => undefined) // requests report an unreachable database
      .finally(() => {
        running = null;
      });
  }, intervalMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
