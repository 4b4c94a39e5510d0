/** Migrates a database to this version's schema. */

import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { Engine } from "./engine.ts";
import { sqlState } from "./errors.ts";
import {
  type AppliedMigration,
  type Migration,
  MigrationRefused,
  pendingMigrations,
  readMigrations,
} from "./migrations.ts";
import { describeForeignOwner, describeMissingRequirement } from "./privileges.ts";
import { localSessionSettings } from "./session-settings.ts";

/** Watches a waiting statement. */
interface BlockerWatch {
  /** The blocking sessions at the last poll. */
  readonly describe: () => string;
  /** What to do about them. */
  readonly advice: () => string;
  readonly stop: () => void;
}

interface Blocker {
  readonly pid: number;
  readonly program: string;
  readonly user: string | null;
  readonly seconds: number | null;
}

const statement = `
  select a.pid, a.application_name as program, a.usename as user,
         extract(epoch from now() - a.xact_start)::integer as seconds
    from pg_stat_activity a where a.pid = any (pg_blocking_pids($1::integer))`;

/** Polls the blockers of `client`'s session from another connection, several times within `withinMs`, until stopped. */
async function watchBlockers(engine: Engine, client: pg.ClientBase, withinMs: number): Promise<BlockerWatch> {
  let found: readonly Blocker[] = [];
  let timer: NodeJS.Timeout | undefined;
  // The embedded database has only one session.
  if (engine.kind === "postgres") {
    const { rows } = await client.query("select pg_backend_pid() as pid");
    const poll = async (): Promise<void> => {
      const answer = await engine.pool.query<Blocker>(statement, [rows[0]?.pid]);
      if (answer.rows.length > 0) found = answer.rows;
    };
    timer = setInterval(() => void poll().catch(() => undefined), Math.max(20, withinMs / 4));
  }
  return {
    describe: () => (found.length === 0 ? "another session" : found.map(describe).join(" and ")),
    advice: () => {
      if (found.length === 0) return "Look at pg_stat_activity, and start again when it has finished.";
      const end = found.map(({ pid }) => `SELECT pg_terminate_backend(${pid});`).join(" ");
      return `Start again when it has finished, or end it: ${end}`;
    },
    stop: () => clearInterval(timer),
  };
}

function describe({ pid, program, user, seconds }: Blocker): string {
  const facts = [program, user, seconds === null ? null : `for ${seconds} s`];
  return `process ${pid} of the server (${facts.filter((fact) => fact !== null && fact !== "").join(", ")})`;
}

/** An arbitrary number that every process uses; scoped to the database. */
const takeMigrationLock = "select pg_advisory_xact_lock(7236837001)";

const createMigrationsTable = `
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
 * Ends the statement on the server when this process dies: otherwise it keeps waiting, and everything queued behind
 * it. Some systems don't support it.
 */
const checkClientConnection = `
  do $$ begin perform set_config('client_connection_check_interval', '5s', true);
  exception when invalid_parameter_value or undefined_object then null; end $$`;

/**
 * How a migration waits for locked tables. While it waits, every request queues behind it; so it waits briefly, lets
 * others through, and retries.
 */
export interface MigrateOptions extends MigrationReport {
  readonly lockTimeoutMs?: number;
  readonly retryDelayMs?: number;
  readonly maxAttempts?: number;
}

/** Callbacks while migrations are applied. */
export interface MigrationReport {
  /** Called after each failed attempt, with a line that names the blocking sessions. */
  readonly onWait?: (line: string) => void;
  /** Called with a sentence for each notable data change, once it is committed. */
  readonly onChange?: (sentence: string) => void;
}

const defaults = { lockTimeoutMs: 1_000, retryDelayMs: 2_000, maxAttempts: 20 };

/**
 * Applies pending migrations, each in its own transaction, and returns the names of those applied. Several processes
 * may call this concurrently: each migration is applied by one of them.
 * @throws MigrationRefused when the database has a different history, its user lacks privileges, or another session
 * keeps a table locked
 */
export async function migrate(
  engine: Engine,
  known = readMigrations(),
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  return engine.withoutTimeout(async (client) => {
    const pending = pendingMigrations(known, await readApplied(client));
    if (pending.length === 0) return [];
    const missing = await describeMissingRequirement(client);
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

/**
 * Names of the pending migrations.
 * @throws MigrationRefused like `migrate`
 */
export async function listPending(client: pg.ClientBase): Promise<readonly string[]> {
  return pendingMigrations(readMigrations(), await readApplied(client)).map(({ name }) => name);
}

/** The applied migrations, in order. */
export async function readApplied(client: pg.ClientBase): Promise<readonly AppliedMigration[]> {
  // Not to_regclass: its cache may still say no after the wait for the lock.
  const { rows: tables } = await client.query<{ owner: string; isReadable: boolean }>(`
    select pg_get_userbyid(relowner) as owner, has_table_privilege(oid, 'SELECT') as "isReadable"
      from pg_class where relname = 'gatehouse_migrations' and relnamespace = 'public'::regnamespace`);
  const [table] = tables;
  if (table === undefined) return [];
  if (!table.isReadable) throw new MigrationRefused(describeForeignOwner(table.owner));
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

/** Retries until no other session has the tables locked. Returns what `applyOnce` returns. */
async function applyWithRetries(
  application: Application,
  { lockTimeoutMs, retryDelayMs, maxAttempts, onWait }: typeof defaults & MigrationReport,
): Promise<readonly string[] | null> {
  for (let attempt = 1; ; attempt++) {
    const blockers = await watchBlockers(application.engine, application.client, lockTimeoutMs);
    try {
      return await applyOnce(application, lockTimeoutMs);
    } catch (error) {
      if (sqlState(error) !== "55P03") throw error;
      const line = `${application.migration.name} waits for a table that ${blockers.describe()} uses.`;
      if (attempt === maxAttempts) {
        throw new MigrationRefused(`${line} ${blockers.advice()} Nothing of this migration was applied.`, {
          cause: error,
        });
      }
      onWait?.(line);
    } finally {
      blockers.stop();
    }
    await wait(retryDelayMs);
  }
}

/** Applies one migration in the caller's transaction and records it. Returns the data changes, in sentences. */
async function applyStatements(client: pg.ClientBase, migration: Migration): Promise<readonly string[]> {
  const changes: string[] = [];
  const { steps = [] } = migration;
  const runSteps = async (when: "before" | "after"): Promise<void> => {
    for (const step of steps) if (step.when === when) changes.push(...(await step.run(client)));
  };
  await runSteps("before");
  await client.query(migration.sql);
  await runSteps("after");
  await client.query("insert into public.gatehouse_migrations values ($1, $2, now())", [
    migration.name,
    migration.checksum,
  ]);
  return changes;
}

/**
 * Applies the pending migrations in the caller's transaction, in which nobody else can use the database: for a restore.
 * Returns the data changes, in sentences.
 * @throws MigrationRefused like `migrate`
 */
export async function migrateInTransaction(client: pg.ClientBase): Promise<readonly string[]> {
  const changes: string[] = [];
  for (const migration of pendingMigrations(readMigrations(), await readApplied(client))) {
    await client.query(`set constraints all immediate; set local role none; ${localSessionSettings}`);
    changes.push(...(await applyStatements(client, migration)));
  }
  return changes;
}

/** The data changes, in sentences; null when another process applied it first. */
async function applyOnce(
  { client, migration, known }: Application,
  lockTimeoutMs: number,
): Promise<readonly string[] | null> {
  const changes: string[] = [];
  try {
    // Another migrating process may take long, so the limit applies only to table locks.
    await client.query(
      `begin; ${checkClientConnection}; ${takeMigrationLock}; set local lock_timeout = ${lockTimeoutMs}`,
    );
    await client.query(localSessionSettings); // also behind a pooler
    const applied = await readApplied(client);
    pendingMigrations(known, applied); // what another process did meanwhile must be compatible too
    const isNew = !applied.some(({ name }) => name === migration.name);
    if (isNew) {
      if (applied.length === 0) await client.query(createMigrationsTable);
      changes.push(...(await applyStatements(client, migration)));
    }
    await client.query("commit");
    return isNew ? changes : null;
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error says more
    throw error;
  }
}
