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
import { createReplica } from "./replica.ts";
import { prepareConnection } from "./session-settings.ts";
import { postgresTimeouts, type TimeoutProfile, type TimeoutProfiles } from "./timeouts.ts";
import { createTransactions } from "./transactions.ts";
import { createWriterLimits } from "./writer-limits.ts";

/** Where the data is: on a PostgreSQL server, or in a data folder. */
export interface DatabaseLocation {
  readonly databaseUrl: string | null;
  /** Leads to the same server without a pooler, which can't keep a connection for notifications and migrations; null: `databaseUrl`. */
  readonly databaseDirectUrl?: string | null;
  /** Leads to a replica, for lists and exports. */
  readonly databaseReplicaUrl?: string | null;
  /** Absolute path; the embedded database lives below it. */
  readonly dataDir: string;
}

/**
 * Opens the database's connections. The embedded one needs the lock of lock.ts first; where there is none yet, it is created from
 * the archive that `readArchive` returns, empty without one.
 * @throws DataFolderRefused when the embedded database is damaged or missing
 */
export async function openEngine(
  { databaseUrl, dataDir, databaseDirectUrl, databaseReplicaUrl }: DatabaseLocation,
  readArchive: () => Promise<Uint8Array | null>,
): Promise<Engine> {
  if (databaseUrl !== null)
    return openPostgres(databaseUrl, { directUrl: databaseDirectUrl, replicaUrl: databaseReplicaUrl });
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
const maxConnections = { pool: 14, priorityPool: 6, replica: 8 };

/**
 * Leaves connections for reading, whatever the writers wait for, and for the writers of other organizations, whatever those of one wait
 * for.
 */
const maxWriters = { perOrganization: 8, outside: 8, total: 10 };

/** A list doesn't wait longer for a replica before the primary answers. Milliseconds. */
const replicaConnectTimeout = 500;

/** Other ways to the server, and its time-outs. */
interface PostgresOptions {
  /** Without a pooler, for notifications and migrations. */
  readonly directUrl?: string | null | undefined;
  /** Of a replica, for lists and exports. */
  readonly replicaUrl?: string | null | undefined;
  readonly timeouts?: TimeoutProfiles;
}

/**
 * Connections to a PostgreSQL server, opened on demand. Nothing required is kept in session state, so a pooler such
 * as PgBouncer in transaction mode works.
 */
export function openPostgres(
  url: string,
  { directUrl, replicaUrl, timeouts = postgresTimeouts }: PostgresOptions = {},
): Engine {
  const common = {
    fallback_application_name: "gatehouse",
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: columnParsers,
  };
  const createPool = (connectionString: string, max: number, connectionTimeoutMillis: number): pg.Pool =>
    new pg.Pool({
      ...common,
      connectionString,
      pipeline: true,
      max,
      connectionTimeoutMillis,
      idleTimeoutMillis: 30_000,
      // Of statements outside transactions. Each transaction's own is shorter or the same.
      query_timeout: timeouts.background?.query,
      onConnect: prepareConnection,
    });
  const pool = createPool(url, maxConnections.pool, timeouts.connect);
  const priorityPool = createPool(url, maxConnections.priorityPool, timeouts.connect);
  const replicaPool =
    replicaUrl == null ? null : createPool(replicaUrl, maxConnections.replica, replicaConnectTimeout);
  const direct = { ...common, connectionString: directUrl ?? url };
  const notifications = createNotifications(
    pool,
    () => new pg.Client({ ...direct, connectionTimeoutMillis: 5_000 }),
  );
  watchConnections([pool, priorityPool], notifications.reconnect);
  if (replicaPool !== null) watchConnections([replicaPool]);
  return {
    kind: "postgres",
    pool,
    priorityPool,
    replica: replicaPool === null ? null : createReplica(pool, replicaPool),
    timeouts,
    writers: createWriterLimits(maxWriters),
    isAlive: () => true, // an unavailable server is a matter of readiness, not of this process
    watch: () => undefined,
    notifications,
    withoutTimeout: async (work) => {
      const client = new pg.Client({ ...direct, connectionTimeoutMillis: 10_000 });
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
      await Promise.all([pool.end(), priorityPool.end(), replicaPool?.end()]);
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
