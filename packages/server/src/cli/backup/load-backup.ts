/** Loads a backup into an empty database. */
import { statSync } from "node:fs";
import type pg from "pg";
import type { Engine } from "../../db/engine.ts";
import { migrate, readApplied } from "../../db/migrate.ts";
import { type Migration, pendingMigrations, readMigrations } from "../../db/migrations.ts";
import { quoted } from "../../db/privileges.ts";
import { installOutbox } from "../../jobs/outbox.ts";
import { openPendingJobWriter, type PendingJob, readPendingJob } from "../../jobs/pg-boss.ts";
import { CommandError } from "../command.ts";
import {
  type BackupRow,
  type BackupTrailer,
  exactTextSettings,
  jobsSection,
  listTables,
  quoteTableName,
  type StoredTable,
} from "./backup-format.ts";
import { type CheckedBackup, readRows } from "./read-backup.ts";

/** Limits of one INSERT statement. */
const maxBatchRows = 500;
const maxBatchCharacters = 1_000_000;

interface LoadOptions {
  /** Removes the fingerprint of the secret key; the next start stores the fingerprint of the current key. */
  readonly clearsSecretKey: boolean;
  readonly onProgress: (done: number, all: number) => void;
}

const databaseNotEmpty =
  "This database holds data already: a backup is restored into an empty one only. Make a new database (or name another DATA_DIR) and restore there.";

/**
 * Creates the schema of the backup's version, loads every row in one transaction, and then applies the later migrations.
 * @throws CommandError when the database isn't empty or the row counts differ; no row is left then
 */
export async function loadBackup(
  engine: Engine,
  backup: CheckedBackup,
  options: LoadOptions,
): Promise<BackupTrailer["rows"]> {
  const known = await chooseMigrations(engine, backup);
  await migrate(engine, known);
  await installOutbox(engine);
  const jobs = await openPendingJobWriter(engine);
  try {
    await engine.withoutTimeout(async (client) => {
      await client.query(`begin; ${exactTextSettings}`);
      try {
        await loadAll(client, backup, options, jobs.write);
        await client.query("commit");
      } catch (error) {
        await client.query("rollback").catch(() => undefined); // the first error says more
        throw error;
      }
    });
  } finally {
    await jobs.close();
  }
  await migrate(engine);
  await engine.withoutTimeout((client) => client.query("analyze"));
  return backup.trailer.rows;
}

/** The migrations of the backup's database. Throws when they aren't the first ones of this version. */
async function chooseMigrations(engine: Engine, { header }: CheckedBackup): Promise<readonly Migration[]> {
  const all = readMigrations();
  pendingMigrations(all, header.migrations);
  const known = all.slice(0, header.migrations.length);
  await engine.withoutTimeout(async (client) => {
    const applied = await readApplied(client);
    if (applied.length === 0) return;
    const { rows } = await client.query(
      "select exists (select from public.accounts) or (select setup_at is not null from public.installation) as used",
    );
    if (rows[0]?.used === true) throw new CommandError(databaseNotEmpty);
    if (applied.length <= known.length) return;
    throw new CommandError(
      "The backup is older than the schema of this database. Restore it into a new database: newer migrations are applied after its rows.",
    );
  });
  return known;
}

type WriteJobs = (client: pg.ClientBase, jobs: readonly PendingJob[]) => Promise<void>;

async function loadAll(
  client: pg.ClientBase,
  backup: CheckedBackup,
  { onProgress, clearsSecretKey }: LoadOptions,
  writeJobs: WriteJobs,
): Promise<void> {
  const tables = await listTables(client);
  // Triggers would update counters and chains again that the rows contain already. A rollback undoes all of this.
  for (const { name, hasTenant } of tables) {
    await client.query(`alter table ${quoteTableName(name)} disable trigger user`);
    if (hasTenant) await client.query(`alter table ${quoteTableName(name)} no force row level security`);
  }
  await client.query("delete from public.installation");
  await assertTablesEmpty(client, tables);
  await insertRows(client, backup, { tables, writeJobs, onProgress });
  if (clearsSecretKey) await client.query("update public.installation set secret_key_fingerprint = null");
  // No worker has run on this database yet. A backup of an older version has no such column.
  const installation = tables.find(({ name }) => name === "installation");
  if (installation?.columns.some(({ name }) => name === "worker_seen_at") === true)
    await client.query("update public.installation set worker_seen_at = null");
  await assertRowCounts(client, tables, backup);
  for (const { name, hasTenant } of tables) {
    await client.query(`alter table ${quoteTableName(name)} enable trigger user`);
    if (hasTenant) await client.query(`alter table ${quoteTableName(name)} force row level security`);
  }
}

async function assertTablesEmpty(client: pg.ClientBase, tables: readonly StoredTable[]): Promise<void> {
  for (const { name } of tables) {
    const { rowCount } = await client.query(`select from ${quoteTableName(name)} limit 1`);
    if (rowCount !== 0) throw new CommandError(databaseNotEmpty);
  }
}

interface Insertion {
  readonly tables: readonly StoredTable[];
  readonly writeJobs: WriteJobs;
  readonly onProgress: (done: number, all: number) => void;
}

async function insertRows(
  client: pg.ClientBase,
  backup: CheckedBackup,
  { tables, writeJobs, onProgress }: Insertion,
): Promise<void> {
  const size = statSync(backup.file).size;
  let current = "";
  let texts: string[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    if (texts.length === 0) return;
    const rows = `[${texts.join(",")}]`;
    if (current === jobsSection) {
      const jobs = (JSON.parse(rows) as BackupRow[]).map(readPendingJob);
      await writeJobs(
        client,
        jobs.filter((job) => job !== null),
      );
    } else await client.query(buildInsert(current, tables, backup), [rows]);
    texts = [];
    characters = 0;
  };
  for await (const { table, text } of readRows(backup, (read) => onProgress(read, size))) {
    if (table !== current || texts.length === maxBatchRows || characters > maxBatchCharacters) await flush();
    current = table;
    texts.push(text);
    characters += text.length;
  }
  await flush();
  onProgress(size, size);
}

function buildInsert(name: string, tables: readonly StoredTable[], { header }: CheckedBackup): string {
  const table = tables.find((candidate) => candidate.name === name);
  const stored = header.tables.find((candidate) => candidate.name === name);
  const columns = stored?.columns.map((column) =>
    table?.columns.find((candidate) => candidate.name === column),
  );
  if (columns === undefined || columns.some((column) => column === undefined))
    throw new CommandError(`The backup holds the table ${name}, which has other columns in this version.`);
  const found = columns.filter((column) => column !== undefined);
  const names = found.map((column) => quoted(column.name)).join(", ");
  const values = found.map(({ type }, index) => `(r ->> ${index})::${type}`).join(", ");
  return `insert into ${quoteTableName(name)} (${names}) select ${values} from json_array_elements($1::json) r`;
}

async function assertRowCounts(
  client: pg.ClientBase,
  tables: readonly StoredTable[],
  { trailer, file }: CheckedBackup,
): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ count: number }>(`select count(*) from ${quoteTableName(name)}`);
    const expected = trailer.rows[name] ?? 0;
    if (rows[0]?.count === expected) continue;
    throw new CommandError(
      `${file} says that ${name} has ${expected} rows, and ${rows[0]?.count} were restored: everything was rolled back.`,
    );
  }
}
