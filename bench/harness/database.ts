/** A PostgreSQL server for the benchmarks, and databases on it. */
import { systemIds } from "../../packages/server/src/ports/ids.ts";
import { toDatabaseUrl } from "../../packages/server/test/database-template.ts";
import { createFactories, type Factories } from "../../packages/server/test/factories.ts";
import { createTestDatabase } from "../../packages/server/test/test-database.ts";
import { startPostgres } from "../../scripts/testing/postgres.mjs";

/** A migrated database, and the factories that fill it. */
export interface BenchDatabase extends Factories {
  /** For Gatehouse: a plain user that owns the tables. */
  readonly url: string;
  /** For baselines: a superuser, to whom row-level security doesn't apply. */
  readonly superuserUrl: string;
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** "PostgreSQL 15.18" */
  readonly version: string;
  readonly close: () => Promise<void>;
}

let server: Promise<string> | null = null;

/** Creates an empty, migrated database. The first call starts the PostgreSQL server, which stops with this process. */
export async function createBenchDatabase(): Promise<BenchDatabase> {
  server ??= startPostgres().then(({ url }) => url);
  const serverUrl = await server;
  process.env["GATEHOUSE_TEST_ENGINE"] = "postgres";
  process.env["GATEHOUSE_TEST_POSTGRES_URL"] = serverUrl;
  const { db, url, sql, close } = await createTestDatabase();
  if (url === null) throw new Error("The benchmarks need PostgreSQL.");
  const factories = createFactories({ db, clock: { now: () => new Date() }, ids: systemIds });
  const [row] = await sql("SELECT current_setting('server_version') AS version");
  const version = `PostgreSQL ${String(row?.["version"]).split(" ")[0]}`;
  const superuserUrl = toDatabaseUrl(serverUrl, new URL(url).pathname.slice(1));
  return { ...factories, url, superuserUrl, sql, version, close };
}
