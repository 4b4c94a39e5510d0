/** A database for one test file, on the engine under test. */

import { randomUUID } from "node:crypto";
import pg from "pg";
import { readPreparedDatabase } from "../src/cli/prepared-database.ts";
import type { OpenDatabase } from "../src/db/database.ts";
import { openEmbedded } from "../src/db/embedded/open-embedded.ts";
import type { Engine } from "../src/db/engine.ts";
import { createDatabase, openPostgres } from "../src/db/open.ts";
import { postgresTimeouts } from "../src/db/timeouts.ts";
import {
  createDatabaseOnServer,
  dropDatabase,
  isCluster,
  onAllNodes,
  postgresTemplate,
  serverUrl,
  toDatabaseUrl,
} from "./database-template.ts";

/** A database row. */
export type Row = Record<string, unknown>;

/** A copy of a database: the name of a database on the server, or an archive of the embedded one. */
export type Snapshot = string | Uint8Array;

/** A migrated database. */
export interface TestDatabase {
  readonly engine: Engine;
  readonly db: OpenDatabase;
  /**
   * Runs a statement as a superuser, who bypasses row-level security. Audit events are sealed before a statement that
   * reads them, because no background does it here. One with a name is planned once for each connection.
   */
  readonly sql: (text: string, values?: readonly unknown[], name?: string) => Promise<Row[]>;
  /** The owner's URL on PostgreSQL; null for the embedded database. */
  readonly url: string | null;
  /** Copies the database. On PostgreSQL this terminates every connection. */
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

/** Read once in a process, because unpacking it takes as long as loading it. */
let prepared: ReturnType<typeof readPreparedDatabase> | null = null;

/** Creates a database, empty or from a snapshot, and opens it. */
export async function createTestDatabase(snapshot?: Snapshot): Promise<TestDatabase> {
  if (engineUnderTest() === "embedded") {
    prepared ??= readPreparedDatabase();
    return createEmbedded(snapshot instanceof Uint8Array ? snapshot : await prepared);
  }
  return typeof snapshot === "string"
    ? createPostgres(snapshot, [snapshot])
    : createPostgres(await postgresTemplate());
}

async function createEmbedded(archive: Uint8Array | null): Promise<TestDatabase> {
  const engine = await openEmbedded({ folder: null, archive });
  const db = createDatabase(engine);
  const sql = sealingBefore(async (text, values = []) => (await engine.pool.query(text, [...values])).rows);
  return { engine, db, sql, url: null, snapshot: engine.dump, close: db.close };
}

/** Long enough for a busy machine. Tests of timeouts open their own engine. */
const relaxedTimeouts = { ...postgresTimeouts, connect: 10_000, interactive: postgresTimeouts.background };

/** Closing the database also drops the `temporary` databases. */
async function createPostgres(template: string, temporary: readonly string[] = []): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name, template);
  const engine = openPostgres(url, { timeouts: relaxedTimeouts });
  const db = createDatabase(engine);
  const superuser = new pg.Pool({ connectionString: toDatabaseUrl(serverUrl(), name), max: 2 });
  superuser.on("connect", (client) => client.on("error", () => undefined)); // terminated when the database is dropped
  superuser.on("error", () => undefined); // also when idle
  const sql: TestDatabase["sql"] = async (text, values = [], name) => {
    const query = name === undefined ? { text } : { text, name };
    return (await superuser.query({ ...query, values: [...values] })).rows;
  };
  return {
    engine,
    db,
    sql: isCluster() ? sealingBefore(sql, sealOnCluster(db, sql)) : sealingBefore(sql),
    url,
    snapshot: () => copyDatabase(name),
    close: async () => {
      await db.close();
      await superuser.end();
      for (const database of [name, ...temporary]) await dropDatabase(database);
    },
  };
}

/** A worker of the test may be sealing at the same moment: then it is tried again for up to two seconds. */
const sealAll = `DO $$
  DECLARE tenant uuid;
  BEGIN
    FOR tenant IN SELECT organizations_with_unsealed_events() LOOP
      PERFORM set_config('gatehouse.organization_id', tenant::text, true);
      FOR attempt IN 1..200 LOOP
        EXIT WHEN seal_audit_events(tenant, 1000000) IS NOT NULL;
        PERFORM pg_sleep(0.01);
      END LOOP;
    END LOOP;
  END $$`;

/** On a cluster, the function runs where the rows are: when a statement of a transaction does nothing else. */
function sealOnCluster(db: OpenDatabase, sql: TestDatabase["sql"]): () => Promise<void> {
  return async () => {
    for (const { id } of await sql("SELECT organizations_with_unsealed_events() AS id")) {
      const values = [String(id)];
      await db.tenant(String(id), (tx) =>
        tx.query({ text: "SELECT seal_audit_events($1::uuid, 1000000)", values }),
      );
    }
  };
}

function sealingBefore(
  sql: TestDatabase["sql"],
  seal: () => Promise<unknown> = () => sql(sealAll),
): TestDatabase["sql"] {
  return async (text, values, name) => {
    if (/\baudit_(events|heads)\b/.test(text)) await seal();
    return sql(text, values, name);
  };
}

/** Copies a database on the server and returns the copy's name. Terminates its connections. */
function copyDatabase(name: string): Promise<string> {
  const copy = `copy_${randomUUID().replaceAll("-", "")}`;
  return withoutConnections([name], async (client) => {
    await client.query(`CREATE DATABASE ${copy} TEMPLATE ${name} STRATEGY file_copy`);
    await client.query(`ALTER DATABASE ${copy} OWNER TO ${await getOwner(client, name)}`);
  }).then(() => copy);
}

/** Replaces a database by an earlier copy. The copy is renamed. */
export function restoreDatabase(name: string, copy: string): Promise<void> {
  return withoutConnections([name], async (client) => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.query(`ALTER DATABASE ${copy} RENAME TO ${name}`);
  });
}

/** Runs `work` while these databases accept no connections. */
async function withoutConnections(
  names: readonly string[],
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  return onAllNodes(async (client) => {
    for (const name of names) {
      await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await client.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", [
        name,
      ]);
    }
    try {
      return await work(client);
    } finally {
      for (const name of names) await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    }
  });
}

async function getOwner(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query(
    "SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = $1",
    [name],
  );
  return String(rows[0]?.owner);
}

/** Replaces the last audit event of an organization, as a restore or a failover to a lagging replica would. */
export async function replaceLastEvent(t: Pick<TestDatabase, "sql">, organizationId: string): Promise<void> {
  const hash = randomUUID().replaceAll("-", "").repeat(2);
  const which = `organization_id = '${organizationId}'`;
  await t.sql(`
    SET session_replication_role = replica;
    UPDATE audit_events SET hash = '${hash}' WHERE ${which}
      AND sequence = (SELECT sequence FROM audit_heads WHERE ${which});
    UPDATE audit_heads SET hash = '${hash}' WHERE ${which};
    RESET session_replication_role`);
}
