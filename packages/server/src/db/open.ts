/** Opens the database: on a PostgreSQL server, or the embedded one. */
import { existsSync } from "node:fs";
import pg from "pg";
import { columnParsers } from "./column-values.ts";
import { watchConnections } from "./connections.ts";
import { checkEmbeddedFolder, databaseFolder } from "./data-folder.ts";
import type { OpenDatabase } from "./database.ts";
import { openEmbedded } from "./embedded/open-embedded.ts";
import type { Engine } from "./engine.ts";
import { toUnreachable } from "./errors.ts";
import { createNotifications } from "./notifications.ts";
import { prepareConnection } from "./session-settings.ts";
import { postgresTimeouts, type TimeoutProfile, type TimeoutProfiles } from "./timeouts.ts";
import { createTransactions } from "./transactions.ts";
import { createWriterLimits } from "./writer-limits.ts";

/** Where the data is: on a PostgreSQL server, or in a data folder. */
export interface DatabaseLocation {
  readonly databaseUrl: string | null;
  /** Absolute path; the embedded database lives below it. */
  readonly dataDir: string;
}

/**
 * Opens the database's connections. The embedded one needs the lock of lock.ts first; where there is none yet, it is created from
 * the archive that `readArchive` returns, empty without one.
 * @throws DataFolderRefused when the embedded database is damaged or missing
 */
export async function openEngine(
  { databaseUrl, dataDir }: DatabaseLocation,
  readArchive: () => Promise<Uint8Array | null>,
): Promise<Engine> {
  if (databaseUrl !== null) return openPostgres(databaseUrl);
  checkEmbeddedFolder(dataDir);
  const folder = databaseFolder(dataDir);
  return openEmbedded({ folder, archive: existsSync(folder) ? null : await readArchive() });
}

/** Creates the database interface on the connections of `engine`. */
export function createDatabase(engine: Engine): OpenDatabase {
  const transactionsWith = createTransactions(engine);
  const withTimeouts = (timeouts: TimeoutProfile): OpenDatabase => ({
    engine: engine.kind,
    ...transactionsWith(timeouts),
    withTimeouts,
    close: engine.close,
  });
  return withTimeouts("interactive");
}

/**
 * Most connections of a process, besides the one for notifications and one while it migrates. The operator's guide
 * adds them up.
 */
const maxConnections = { pool: 14, priorityPool: 6 };

/**
 * Leaves connections for reading, whatever the writers wait for, and for the writers of other organizations, whatever those of one wait
 * for.
 */
const maxWriters = { perOrganization: 8, outside: 8, total: 10 };

/**
 * Connections to a PostgreSQL server, opened on demand. Nothing required is kept in session state, so a pooler such
 * as PgBouncer in transaction mode works.
 */
export function openPostgres(url: string, timeouts: TimeoutProfiles = postgresTimeouts): Engine {
  const common = {
    connectionString: url,
    fallback_application_name: "gatehouse",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: columnParsers,
  };
  const [pool, priorityPool] = [maxConnections.pool, maxConnections.priorityPool].map(
    (max) =>
      new pg.Pool({
        ...common,
        pipeline: true,
        max,
        connectionTimeoutMillis: timeouts.connect,
        idleTimeoutMillis: 30_000,
        // Of statements outside transactions. Each transaction's own is shorter or the same.
        query_timeout: timeouts.background?.query,
        onConnect: prepareConnection,
      }),
  ) as [pg.Pool, pg.Pool];
  const notifications = createNotifications(
    pool,
    () => new pg.Client({ ...common, connectionTimeoutMillis: 5_000 }),
  );
  watchConnections([pool, priorityPool], notifications.reconnect);
  return {
    kind: "postgres",
    pool,
    priorityPool,
    timeouts,
    writers: createWriterLimits(maxWriters),
    isAlive: () => true, // an unavailable server is a matter of readiness, not of this process
    watch: () => undefined,
    notifications,
    withoutTimeout: async (work) => {
      const client = new pg.Client({ ...common, connectionTimeoutMillis: 10_000 });
      client.on("error", () => undefined); // the running statement fails with it too
      await connect(client);
      try {
        await prepareConnection(client);
        return await work(client);
      } finally {
        await client.end();
      }
    },
    vacuum: async () => undefined,
    close: async () => {
      await notifications.close();
      await Promise.all([pool.end(), priorityPool.end()]);
    },
  };
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw toUnreachable(error);
  }
}
