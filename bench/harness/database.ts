/** A PostgreSQL server for the benchmarks, and databases on it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { systemIds } from "../../packages/server/src/ports/ids.ts";
import { toDatabaseUrl } from "../../packages/server/test/database-template.ts";
import { createFactories, type Factories } from "../../packages/server/test/factories.ts";
import { createTestDatabase } from "../../packages/server/test/test-database.ts";
import { findPostgres } from "../../scripts/testing/find-programs.mjs";
import { startPostgres } from "../../scripts/testing/postgres.mjs";
import { readParent } from "./cpu.ts";

/** The password of every account that the factories make. */
export const userPassword = "correct horse battery staple";

/** A migrated database, and the factories that fill it. */
export interface BenchDatabase extends Factories {
  /** For Gatehouse: a plain user that owns the tables. */
  readonly url: string;
  /** For baselines: a superuser, to whom row-level security doesn't apply. */
  readonly superuserUrl: string;
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** "PostgreSQL 15.18, fsync on" */
  readonly version: string;
  /** The process id of the server. */
  readonly postmaster: number;
  /** The statements with the most time so far, one in a line; empty where pg_stat_statements isn't installed. */
  readonly readTopStatements: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const library = "pg_stat_statements";
const shownStatements = 6;

/** Waits until every audit event of an organization has its number. */
export async function waitUntilSealed(
  { sql }: Pick<BenchDatabase, "sql">,
  organizationId: string,
): Promise<void> {
  for (;;) {
    const [row] = await sql(
      "SELECT count(*)::integer AS count FROM unsealed_audit_events WHERE organization_id = $1",
      [organizationId],
    );
    if (row?.["count"] === 0) return;
    await sleep(50);
  }
}

let server: Promise<{ readonly url: string; readonly hasStatements: boolean }> | null = null;

/** Durable, as in production: the tests' server isn't. */
async function startServer() {
  const programs = await findPostgres();
  const hasStatements = existsSync(join(programs, "..", "lib", `${library}.so`));
  const { url } = await startPostgres(undefined, {
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    shared_buffers: "512MB",
    max_wal_size: "4GB",
    shared_preload_libraries: hasStatements ? library : "",
  });
  return { url, hasStatements };
}

/** Creates an empty, migrated database. The first call starts the PostgreSQL server, which stops with this process. */
export async function createBenchDatabase(): Promise<BenchDatabase> {
  server ??= startServer();
  const { url: serverUrl, hasStatements } = await server;
  process.env["GATEHOUSE_TEST_ENGINE"] = "postgres";
  process.env["GATEHOUSE_TEST_POSTGRES_URL"] = serverUrl;
  const { db, url, sql, close } = await createTestDatabase();
  if (url === null) throw new Error("The benchmarks need PostgreSQL.");
  const factories = createFactories({ db, clock: { now: () => new Date() }, ids: systemIds });
  const [row] = await sql(
    "SELECT current_setting('server_version') AS version, pg_backend_pid() AS pid, current_setting('fsync') AS fsync",
  );
  const version = `PostgreSQL ${String(row?.["version"]).split(" ")[0]}, fsync ${String(row?.["fsync"])}`;
  const name = new URL(url).pathname.slice(1);
  const superuserUrl = toDatabaseUrl(serverUrl, name);
  const postmaster = readParent(Number(row?.["pid"]));
  const readTopStatements = async () => (hasStatements ? listTopStatements(serverUrl, name) : []);
  return { ...factories, url, superuserUrl, sql, version, postmaster, readTopStatements, close };
}

/** In another database, whose functions the server doesn't compare with its list of privileges. */
async function listTopStatements(serverUrl: string, database: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE EXTENSION IF NOT EXISTS ${library}`);
    const { rows } = await client.query<{ query: string; calls: string; total: number; mean: number }>(
      `SELECT regexp_replace(query, '\\s+', ' ', 'g') AS query, calls, total_exec_time AS total, mean_exec_time AS mean
       FROM ${library} WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1)
       ORDER BY total_exec_time DESC LIMIT ${shownStatements}`,
      [database],
    );
    return rows.map(
      ({ query, calls, total, mean }) =>
        `${Math.round(total)} ms in ${calls} × ${mean.toFixed(3)} ms: ${query.slice(0, 110)}`,
    );
  } finally {
    await client.end();
  }
}
