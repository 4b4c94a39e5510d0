import pg from "pg";
import { columnParsers } from "./column-values.ts";
import type { Engine } from "./engine.ts";
import { watchConnections } from "./transactions.ts";

/**
 * Connections to a PostgreSQL server, made when they are needed. Nothing is kept in a session, so a pooler such as
 * PgBouncer may stand between in transaction mode.
 */
export function openPostgres(url: string): Engine {
  const pool = new pg.Pool({
    connectionString: url,
    fallback_application_name: "gatehouse",
    pipeline: true,
    max: 20,
    // A request is answered 503 within two seconds when the database is gone.
    connectionTimeoutMillis: 1_800,
    idleTimeoutMillis: 30_000,
    // Just above the server's own statement_timeout: for a server that is gone without a word.
    query_timeout: 35_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: columnParsers,
  });
  watchConnections(pool);
  return { kind: "postgres", pool, close: () => pool.end() };
}
