import pg from "pg";
import { columnParsers } from "./column-values.ts";
import type { Engine } from "./engine.ts";
import { asUnreachable } from "./errors.ts";
import { learnWhetherDirect } from "./prepared.ts";
import { watchConnections } from "./transactions.ts";
import { createWordBetweenProcesses } from "./word-between-processes.ts";

/**
 * Connections to a PostgreSQL server, made when they are needed. Nothing that is needed is kept in a session, so a pooler such
 * as PgBouncer may stand between in transaction mode.
 */
export function openPostgres(url: string): Engine {
  const common = {
    connectionString: url,
    fallback_application_name: "gatehouse",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: columnParsers,
  };
  const pool = new pg.Pool({
    ...common,
    pipeline: true,
    max: 20,
    // A request is answered 503 within two seconds when the database is gone.
    connectionTimeoutMillis: 1_800,
    idleTimeoutMillis: 30_000,
    // Just above the server's own statement_timeout: for a server that is gone without a word.
    query_timeout: 35_000,
    onConnect: learnWhetherDirect,
  });
  watchConnections(pool);
  const word = createWordBetweenProcesses(
    pool,
    () => new pg.Client({ ...common, connectionTimeoutMillis: 5_000 }),
  );
  return {
    kind: "postgres",
    pool,
    word,
    patiently: async (work) => {
      const client = new pg.Client({ ...common, connectionTimeoutMillis: 10_000 });
      client.on("error", () => undefined); // the statement that runs says it too
      await connect(client);
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    },
    tidy: async () => undefined,
    close: async () => {
      await word.close();
      await pool.end();
    },
  };
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw asUnreachable(error);
  }
}
