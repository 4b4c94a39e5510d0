import pg from "pg";
import { columnParsers } from "./column-values.ts";
import { watchConnections } from "./connections.ts";
import type { Engine } from "./engine.ts";
import { asUnreachable } from "./errors.ts";
import { learnWhetherDirect } from "./prepared.ts";
import { postgresTimeouts, type TimeoutProfiles } from "./timeouts.ts";
import { createWordBetweenProcesses } from "./word-between-processes.ts";
import { createWriterLimits } from "./writer-limits.ts";

/**
 * Connections that a process has at most, beside the one that hears of changes and one while it migrates. The guide for
 * operators adds them up.
 */
const mostConnections = { pool: 14, priorityPool: 6 };

/** Some connections are left for reading, whatever the writers wait for. */
const mostWriters = { perOrganization: 4, outside: 8, total: 10 };

/**
 * Connections to a PostgreSQL server, made when they are needed. Nothing that is needed is kept in a session, so a pooler such
 * as PgBouncer may stand between in transaction mode.
 */
export function openPostgres(url: string, timeouts: TimeoutProfiles = postgresTimeouts): Engine {
  const common = {
    connectionString: url,
    fallback_application_name: "gatehouse",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: columnParsers,
  };
  const [pool, priorityPool] = [mostConnections.pool, mostConnections.priorityPool].map(
    (max) =>
      new pg.Pool({
        ...common,
        pipeline: true,
        max,
        connectionTimeoutMillis: timeouts.connect,
        idleTimeoutMillis: 30_000,
        // Of statements outside transactions. Each transaction's own is shorter or the same.
        query_timeout: timeouts.background?.query,
        onConnect: learnWhetherDirect,
      }),
  ) as [pg.Pool, pg.Pool];
  const word = createWordBetweenProcesses(
    pool,
    () => new pg.Client({ ...common, connectionTimeoutMillis: 5_000 }),
  );
  watchConnections([pool, priorityPool], word.reconnect);
  return {
    kind: "postgres",
    pool,
    priorityPool,
    timeouts,
    writers: createWriterLimits(mostWriters),
    isAlive: () => true, // a database that is away is no fault of this process: that is for readiness
    watch: () => undefined,
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
      await Promise.all([pool.end(), priorityPool.end()]);
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
