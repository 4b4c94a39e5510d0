/** A database of its own for one test file, on the engine that the test runs on. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import type { OpenDatabase } from "../src/database/database.ts";
import { openEmbedded } from "../src/database/embedded/open-embedded.ts";
import type { Engine } from "../src/database/engine.ts";
import { createDatabase } from "../src/database/open.ts";
import { openPostgres } from "../src/database/open-postgres.ts";
import { postgresTimeouts } from "../src/database/timeouts.ts";
import { copyDatabase } from "./restore-database.ts";
import {
  asSuperuser,
  createDatabaseOnServer,
  embeddedTemplate,
  postgresTemplate,
  serverUrl,
  urlOf,
} from "./template.ts";

/** A row as a test reads it. */
export type Row = Record<string, unknown>;

/** A copy of a database as it was at one moment: another database on the server, or an archive of the embedded one. */
export type Snapshot = string | Uint8Array;

/** A migrated database. */
export interface TestDatabase {
  readonly engine: Engine;
  readonly db: OpenDatabase;
  /** Runs a statement as a superuser, whom no policy binds: to look at everything, or to tamper with it. */
  readonly sql: (text: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** The plain owner's URL on PostgreSQL; null for the embedded database. */
  readonly url: string | null;
  /** Copies it whole. On PostgreSQL every connection is cut for that. */
  readonly snapshot: () => Promise<Snapshot>;
  readonly close: () => Promise<void>;
}

/** Which engine the tests of this vitest project run on. */
export function engineUnderTest(): "postgres" | "embedded" {
  const engine = process.env["GATEHOUSE_TEST_ENGINE"];
  if (engine === "postgres" || engine === "embedded") return engine;
  throw new Error(
    "GATEHOUSE_TEST_ENGINE is unset: name the file *.integration.test.ts and run it through vitest.",
  );
}

/** Makes the database, empty or with the content of a snapshot, and opens it. */
export async function createTestDatabase(snapshot?: Snapshot): Promise<TestDatabase> {
  if (engineUnderTest() === "embedded")
    return embedded(snapshot instanceof Uint8Array ? snapshot : await embeddedTemplate());
  return typeof snapshot === "string"
    ? onPostgres(snapshot, [snapshot])
    : onPostgres(await postgresTemplate());
}

async function embedded(archive: Uint8Array): Promise<TestDatabase> {
  const engine = await openEmbedded({ folder: null, archive });
  const db = createDatabase(engine);
  const sql: TestDatabase["sql"] = async (text, values = []) =>
    (await engine.pool.query(text, [...values])).rows;
  return { engine, db, sql, url: null, snapshot: engine.dump, close: db.close };
}

/** A busy machine must not end what a test waits for: tests of time-outs open an engine of their own. */
const patientTimeouts = { ...postgresTimeouts, connect: 10_000, interactive: postgresTimeouts.background };

/** `used` are databases that nobody needs after this one. */
async function onPostgres(template: string, used: readonly string[] = []): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name, template);
  const engine = openPostgres(url, patientTimeouts);
  const db = createDatabase(engine);
  const superuser = new pg.Pool({ connectionString: urlOf(serverUrl(), name), max: 2 });
  superuser.on("connect", (client) => client.on("error", () => undefined)); // dropping the database cuts it
  superuser.on("error", () => undefined); // and so it does one that is idle
  return {
    engine,
    db,
    sql: async (text, values = []) => (await superuser.query(text, [...values])).rows,
    url,
    snapshot: () => copyDatabase(name),
    close: async () => {
      await db.close();
      await superuser.end();
      await asSuperuser(serverUrl(), async (client) => {
        for (const database of [name, ...used])
          await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      });
    },
  };
}
