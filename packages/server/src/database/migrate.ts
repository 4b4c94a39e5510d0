/** Brings a database to the schema that this version needs. */
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { Engine } from "./engine.ts";
import { sqlState } from "./errors.ts";
import { watchBlockers } from "./lock-blockers.ts";
import {
  type AppliedMigration,
  type Migration,
  MigrationRefused,
  pendingMigrations,
  readMigrations,
} from "./migrations.ts";
import { describeForeignOwner, whatIsMissing } from "./privileges.ts";

/** Any number will do, as long as every process uses the same one: it is scoped to the database. */
const oneAtATime = "select pg_advisory_xact_lock(7236837001)";

const recordsTable = `
  CREATE TABLE IF NOT EXISTS gatehouse_migrations (
    name       text PRIMARY KEY,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL
  );
  COMMENT ON TABLE gatehouse_migrations IS 'Which migrations this database has, written in the transaction of each';
  COMMENT ON COLUMN gatehouse_migrations.name IS 'File name';
  COMMENT ON COLUMN gatehouse_migrations.checksum IS 'SHA-256 of the file, hex: an edited file is refused';
  COMMENT ON COLUMN gatehouse_migrations.applied_at IS 'When it was applied'`;

/**
 * Ends the statement on the server when this process is gone: otherwise it goes on waiting, and everybody behind it.
 * Some systems that PostgreSQL runs on can't notice.
 */
const endsWithUs = `
  do $$ begin perform set_config('client_connection_check_interval', '5s', true);
  exception when invalid_parameter_value or undefined_object then null; end $$`;

/**
 * How a migration waits for tables that others use. While it waits, every request waits behind it; so it waits for a
 * moment, lets the others through, and tries again.
 */
export interface MigrateOptions extends MigrationReport {
  readonly lockTimeoutMs?: number;
  readonly pauseMs?: number;
  readonly maxTries?: number;
}

/** What is told while migrations are applied. */
export interface MigrationReport {
  /** Called after each try that failed, with a line that says who is in the way. */
  readonly onWait?: (line: string) => void;
  /** Called with a sentence for each change of data that somebody should know of, once it is committed. */
  readonly onChange?: (sentence: string) => void;
}

const defaults = { lockTimeoutMs: 1_000, pauseMs: 2_000, maxTries: 20 };

/**
 * Applies what is missing, each migration in a transaction of its own, and gives the names of those applied. Several
 * processes may call this at once: each migration is applied by one of them. Throws `MigrationRefused` when the
 * database is from another line of the schema, its user may not do what is needed, or another session keeps a table locked.
 */
export async function migrate(
  engine: Engine,
  known = readMigrations(),
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  return engine.patiently(async (client) => {
    const pending = pendingMigrations(known, await readApplied(client));
    if (pending.length === 0) return [];
    const missing = await whatIsMissing(client);
    if (missing !== null) throw new MigrationRefused(missing);
    const applied: string[] = [];
    for (const migration of pending) {
      const changes = await applyWithRetries(
        { engine, client, migration, known },
        { ...defaults, ...options },
      );
      if (changes === null) continue;
      applied.push(migration.name);
      for (const change of changes) options.onChange?.(change);
    }
    return applied;
  });
}

/** Names of the migrations that are still to be applied. Throws `MigrationRefused` like `migrate`. */
export async function listPending(client: pg.ClientBase): Promise<readonly string[]> {
  return pendingMigrations(readMigrations(), await readApplied(client)).map(({ name }) => name);
}

/** The migrations that the database has, in order. */
export async function readApplied(client: pg.ClientBase): Promise<readonly AppliedMigration[]> {
  // Not to_regclass: its cache may still say no after the wait for the lock.
  const { rows: found } = await client.query<{ owner: string; isReadable: boolean }>(`
    select pg_get_userbyid(relowner) as owner, has_table_privilege(oid, 'SELECT') as "isReadable"
      from pg_class where relname = 'gatehouse_migrations' and relnamespace = 'public'::regnamespace`);
  const [records] = found;
  if (records === undefined) return [];
  if (!records.isReadable) throw new MigrationRefused(describeForeignOwner(records.owner));
  const { rows } = await client.query<AppliedMigration>(
    `select name, checksum from public.gatehouse_migrations order by name collate "C"`,
  );
  return rows;
}

interface Application {
  readonly engine: Engine;
  readonly client: pg.ClientBase;
  readonly migration: Migration;
  readonly known: readonly Migration[];
}

/** Tries until no other session has the tables locked. Gives what `applyOnce` gives. */
async function applyWithRetries(
  application: Application,
  { lockTimeoutMs, pauseMs, maxTries, onWait }: typeof defaults & MigrationReport,
): Promise<readonly string[] | null> {
  for (let tries = 1; ; tries++) {
    const blockers = await watchBlockers(application.engine, application.client, lockTimeoutMs);
    try {
      return await applyOnce(application, lockTimeoutMs);
    } catch (error) {
      if (sqlState(error) !== "55P03") throw error;
      const line = `${application.migration.name} waits for a table that ${blockers.describe()} uses.`;
      if (tries === maxTries) {
        throw new MigrationRefused(`${line} ${blockers.advice()} Nothing of this migration was applied.`, {
          cause: error,
        });
      }
      onWait?.(line);
    } finally {
      blockers.stop();
    }
    await wait(pauseMs);
  }
}

/** What it changed, in sentences; null when another process was faster. */
async function applyOnce(
  { client, migration, known }: Application,
  lockTimeoutMs: number,
): Promise<readonly string[] | null> {
  const changes: string[] = [];
  try {
    // Another process that migrates may take long, so the limit holds for tables alone.
    await client.query(`begin; ${endsWithUs}; ${oneAtATime}; set local lock_timeout = ${lockTimeoutMs}`);
    await client.query("set local search_path = public, pg_temp"); // the user may have been given another
    const applied = await readApplied(client);
    pendingMigrations(known, applied); // what another process did meanwhile must fit too
    const isNew = !applied.some(({ name }) => name === migration.name);
    if (isNew) {
      if (applied.length === 0) await client.query(recordsTable);
      const { step } = migration;
      if (step?.when === "before") changes.push(...(await step.run(client)));
      await client.query(migration.sql);
      if (step?.when === "after") changes.push(...(await step.run(client)));
      await client.query("insert into public.gatehouse_migrations values ($1, $2, now())", [
        migration.name,
        migration.checksum,
      ]);
    }
    await client.query("commit");
    return isNew ? changes : null;
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error says more
    throw error;
  }
}
