/** Brings a database to the schema that this version needs. */
import type pg from "pg";
import { canonicaliseAddresses } from "./canonical-addresses.ts";
import type { Engine } from "./engine.ts";
import {
  type AppliedMigration,
  type Migration,
  MigrationRefused,
  pendingMigrations,
  readMigrations,
} from "./migrations.ts";
import { whatIsMissing } from "./privileges.ts";

/** Any number will do, as long as every process uses the same one: it is scoped to the database. */
const lock = "select pg_advisory_xact_lock(7236837001)";

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

/** What SQL can't do, by the migration that needs it: done before its SQL, in its transaction. Gives a sentence for each change. */
const inCode: Readonly<Record<string, (client: pg.ClientBase) => Promise<readonly string[]>>> = {
  "0012_canonical_addresses.sql": canonicaliseAddresses,
};

/**
 * Applies what is missing, each migration in a transaction of its own, and gives the names of those applied. `tell` gets a
 * sentence for each change of data that somebody should know of, once it is committed. Several
 * processes may call this at once: each migration is applied by one of them. Throws `MigrationRefused` when the
 * database is from another line of the schema, or its user may not do what is needed.
 */
export async function migrate(
  engine: Engine,
  known = readMigrations(),
  tell: (sentence: string) => void = () => undefined,
): Promise<readonly string[]> {
  return engine.patiently(async (client) => {
    const pending = pendingMigrations(known, await readApplied(client));
    if (pending.length === 0) return [];
    const missing = await whatIsMissing(client);
    if (missing !== null) throw new MigrationRefused(missing);
    const applied: string[] = [];
    for (const migration of pending) {
      const changes = await applyOnce(client, migration, known);
      if (changes === null) continue;
      applied.push(migration.name);
      for (const change of changes) tell(change);
    }
    return applied;
  });
}

/** Names of the migrations that are still to be applied. Throws `MigrationRefused` like `migrate`. */
export async function listPending(client: pg.ClientBase): Promise<readonly string[]> {
  return pendingMigrations(readMigrations(), await readApplied(client)).map(({ name }) => name);
}

async function readApplied(client: pg.ClientBase): Promise<readonly AppliedMigration[]> {
  // Not to_regclass: its cache may still say no after the wait for the lock.
  const { rows: found } = await client.query(
    "select count(*) from pg_class where relname = 'gatehouse_migrations' and relnamespace = 'public'::regnamespace",
  );
  if (found[0]?.count === 0) return [];
  const { rows } = await client.query<AppliedMigration>(
    `select name, checksum from public.gatehouse_migrations order by name collate "C"`,
  );
  return rows;
}

/** What it changed, in sentences; null when another process was faster. */
async function applyOnce(
  client: pg.ClientBase,
  migration: Migration,
  known: readonly Migration[],
): Promise<readonly string[] | null> {
  let changes: readonly string[] | null = null;
  try {
    await client.query(`begin; ${lock}`);
    const applied = await readApplied(client);
    pendingMigrations(known, applied); // what another process did meanwhile must fit too
    const isNew = !applied.some(({ name }) => name === migration.name);
    if (isNew) {
      if (applied.length === 0) await client.query(recordsTable);
      changes = (await inCode[migration.name]?.(client)) ?? [];
      await client.query(migration.sql);
      await client.query("insert into public.gatehouse_migrations values ($1, $2, now())", [
        migration.name,
        migration.checksum,
      ]);
    }
    await client.query("commit");
    return changes;
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the first error says more
    throw error;
  }
}
