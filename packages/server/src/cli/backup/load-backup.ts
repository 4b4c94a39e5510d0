/** Loads a backup, or another database, into an empty database. */

import { CommandError } from "@gatehouse/cli";
import type pg from "pg";
import { describePrivilegeFaults } from "../../db/check-privileges.ts";
import type { Engine } from "../../db/engine.ts";
import { migrate, migrateInTransaction, readApplied } from "../../db/migrate.ts";
import { type Migration, MigrationRefused, pendingMigrations, readMigrations } from "../../db/migrations.ts";
import { quoted } from "../../db/privileges.ts";
import { installOutbox } from "../../jobs/outbox.ts";
import { openPendingJobWriter, type PendingJob, readPendingJob } from "../../jobs/pg-boss.ts";
import {
  type BackupHeader,
  type BackupManifest,
  type BackupRow,
  exactTextSettings,
  excludedTables,
  jobsSection,
  listTables,
  quoteTableName,
  type StoredTable,
} from "./backup-format.ts";
import type { SnapshotPage } from "./read-snapshot.ts";
import { recordRestore, verifyLoaded } from "./verify-loaded.ts";

/** What is loaded. */
export interface LoadSource {
  readonly header: BackupHeader;
  readonly pages: () => AsyncIterable<SnapshotPage>;
  /** Called after the last page. */
  readonly manifest: () => Pick<BackupManifest, "rows" | "heads">;
}

/** How it is loaded. */
export interface LoadOptions {
  /** Removes the fingerprint of the secret key; the next start stores the fingerprint of the current key. */
  readonly clearsSecretKey?: boolean;
  /** Loads although audit chains are broken. */
  readonly acceptsBrokenChains?: boolean;
  /**
   * The data is of an earlier time: each organization gets an audit event that says so, at which programs load everything again.
   * Null when nothing was lost.
   */
  readonly restoredAt: Date | null;
}

/** What was loaded. */
export interface LoadResult {
  readonly rows: BackupManifest["rows"];
  readonly organizations: number;
  /** Organizations whose audit chain is broken, if that was accepted. */
  readonly broken: readonly string[];
}

const targetNotEmpty = new CommandError(
  "This database holds data already: only an empty one can be restored or moved into. Make a new database, or name another DATA_DIR. If an earlier run into it ended without a report, it was complete: check that with gatehouse audit verify.",
  { code: "backup/target-not-empty" },
);

/**
 * Creates the schema of the source's version. Then, in one transaction: loads every row, applies the later migrations, and
 * verifies row counts and audit chains.
 * @throws CommandError when the database isn't empty or something differs; no row is left then
 */
export async function loadInto(
  engine: Engine,
  source: LoadSource,
  options: LoadOptions,
): Promise<LoadResult> {
  await migrate(engine, await chooseMigrations(engine, source.header));
  await installOutbox(engine);
  const jobs = await openPendingJobWriter(engine);
  try {
    return await engine.withoutTimeout(async (client) => {
      await client.query(`begin; ${exactTextSettings}`);
      let result: LoadResult;
      try {
        result = await loadInTransaction(client, { ...source, ...options, writeJobs: jobs.write });
        await client.query("commit");
      } catch (error) {
        await client.query("rollback").catch(() => undefined); // the first error says more
        throw error;
      }
      await client.query("analyze");
      const fault = await describePrivilegeFaults(client);
      if (fault !== null) throw new CommandError(fault);
      return result;
    });
  } finally {
    await jobs.close();
  }
}

/** The migrations of the source. Throws when they aren't the first ones of this version. */
async function chooseMigrations(engine: Engine, { migrations }: BackupHeader): Promise<readonly Migration[]> {
  const all = readMigrations();
  try {
    pendingMigrations(all, migrations);
  } catch (error) {
    if (!(error instanceof MigrationRefused)) throw error;
    const message = `The schema of this backup isn't one that this version knows. ${error.message}`;
    throw new CommandError(message, { code: "backup/newer-schema", cause: error });
  }
  const known = all.slice(0, migrations.length);
  await engine.withoutTimeout(async (client) => {
    const applied = await readApplied(client);
    if (applied.length === 0) return;
    const { rows } = await client.query(
      "select exists (select from public.accounts) or (select setup_at is not null from public.installation) as used",
    );
    if (rows[0]?.used === true) throw targetNotEmpty;
    if (applied.length <= known.length) return;
    throw new CommandError(
      "The backup is older than the schema of this database. Restore it into a new database: newer migrations are applied after its rows.",
      { code: "backup/target-newer" },
    );
  });
  return known;
}

type WriteJobs = (client: pg.ClientBase, jobs: readonly PendingJob[]) => Promise<void>;
type Loading = LoadSource & LoadOptions & { readonly writeJobs: WriteJobs };

async function loadInTransaction(client: pg.ClientBase, loading: Loading): Promise<LoadResult> {
  const tables = await listTables(client, []);
  await insertWithoutTriggers(client, tables, loading);
  await migrateInTransaction(client);
  const { rows, heads } = loading.manifest();
  const { organizations, broken } = await verifyLoaded(client, heads);
  if (broken.length > 0 && loading.acceptsBrokenChains !== true) {
    throw new CommandError(
      `The audit log was broken when this was written (${broken.join(", ")}): nothing was written. Use an earlier backup, or add --accept-broken-audit-log.`,
      { code: "backup/audit-log-broken" },
    );
  }
  if (loading.restoredAt !== null)
    await recordRestore(client, organizations, { madeAt: loading.header.madeAt, at: loading.restoredAt });
  return { rows, organizations: organizations.length, broken };
}

/** Triggers would update counters and chains again that the rows contain already. A rollback undoes all of this. */
async function insertWithoutTriggers(
  client: pg.ClientBase,
  tables: readonly StoredTable[],
  loading: Loading,
): Promise<void> {
  for (const { name, hasTenant } of tables) {
    await client.query(`alter table ${quoteTableName(name)} disable trigger user`);
    if (hasTenant) await client.query(`alter table ${quoteTableName(name)} no force row level security`);
  }
  // What a server may have written that was started on the empty database.
  for (const { name } of tables)
    if (name === "installation" || excludedTables.includes(name))
      await client.query(`delete from ${quoteTableName(name)}`);
  for (const { name } of tables) {
    const { rowCount } = await client.query(`select from ${quoteTableName(name)} limit 1`);
    if (rowCount !== 0) throw targetNotEmpty;
  }
  for await (const page of loading.pages()) await insertPage(client, page, { ...loading, tables });
  await advanceIdentities(client, tables);
  if (loading.clearsSecretKey === true)
    await client.query("update public.installation set secret_key_fingerprint = null");
  // No worker has run on this database yet. An older version has no such column.
  const installation = tables.find(({ name }) => name === "installation");
  if (installation?.columns.some(({ name }) => name === "worker_seen_at") === true)
    await client.query("update public.installation set worker_seen_at = null");
  await assertRowCounts(client, tables, loading.manifest().rows);
  await client.query("set constraints all immediate");
  for (const { name, hasTenant } of tables) {
    await client.query(`alter table ${quoteTableName(name)} enable trigger user`);
    if (hasTenant) await client.query(`alter table ${quoteTableName(name)} force row level security`);
  }
}

/** Makes the next numbers of identity columns follow those that were loaded. */
async function advanceIdentities(client: pg.ClientBase, tables: readonly StoredTable[]): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and a.attidentity <> '' and c.relname = any ($1)`,
    [tables.map(({ name }) => name)],
  );
  for (const { table, column } of rows) {
    const name = quoteTableName(table);
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), max(${quoted(column)})) from ${name} having max(${quoted(column)}) is not null`,
      [name, column],
    );
  }
}

async function insertPage(
  client: pg.ClientBase,
  { table, lines }: SnapshotPage,
  { tables, header, writeJobs }: Loading & { readonly tables: readonly StoredTable[] },
): Promise<void> {
  if (lines.length === 0) return;
  const rows = `[${lines.join(",")}]`;
  if (table !== jobsSection) {
    await client.query(buildInsert(table, tables, header), [rows]);
    return;
  }
  const jobs = (JSON.parse(rows) as BackupRow[]).map(readPendingJob);
  await writeJobs(
    client,
    jobs.filter((job) => job !== null),
  );
}

function buildInsert(name: string, tables: readonly StoredTable[], header: BackupHeader): string {
  const table = tables.find((candidate) => candidate.name === name);
  const stored = header.tables.find((candidate) => candidate.name === name);
  const columns = stored?.columns.map((column) =>
    table?.columns.find((candidate) => candidate.name === column),
  );
  if (columns === undefined || columns.some((column) => column === undefined)) {
    throw new CommandError(`The backup holds the table ${name}, which has other columns in this version.`, {
      code: "backup/newer-schema",
    });
  }
  const found = columns.filter((column) => column !== undefined);
  const names = found.map((column) => quoted(column.name)).join(", ");
  const values = found.map(({ type }, index) => `(r ->> ${index})::${type}`).join(", ");
  return `insert into ${quoteTableName(name)} (${names}) select ${values} from json_array_elements($1::json) r`;
}

async function assertRowCounts(
  client: pg.ClientBase,
  tables: readonly StoredTable[],
  expected: BackupManifest["rows"],
): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ count: number }>(`select count(*) from ${quoteTableName(name)}`);
    const [count, wanted] = [rows[0]?.count, expected[name] ?? 0];
    if (count === wanted) continue;
    throw new CommandError(
      `The manifest says that ${name} has ${wanted} rows, and ${count} were restored: everything was rolled back.`,
      { code: "backup/counts-differ" },
    );
  }
}
