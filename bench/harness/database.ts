/** A PostgreSQL server of the benchmarks' own, and databases on it. */
import { systemIds } from "../../packages/server/src/ports/ids.ts";
import { createTestDatabase } from "../../packages/server/test/create-test-database.ts";
import { createFactories, type Factories } from "../../packages/server/test/factories.ts";
import { urlOf } from "../../packages/server/test/template.ts";
import { startPostgres } from "../../scripts/testing/postgres.mjs";

/** A migrated database with what fills it. */
export interface BenchDatabase extends Factories {
  /** For our server: of a plain user that owns the tables. */
  readonly url: string;
  /** For floors: of a superuser, whom no row-level security slows down. */
  readonly superuserUrl: string;
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** "PostgreSQL 15.18" */
  readonly version: string;
  readonly close: () => Promise<void>;
}

let server: Promise<string> | null = null;

/** Makes an empty, migrated database; starts the PostgreSQL server with the first. It ends with this process. */
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
  const superuserUrl = urlOf(serverUrl, new URL(url).pathname.slice(1));
  return { ...factories, url, superuserUrl, sql, version, close };
}
