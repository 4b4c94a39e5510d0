/** Fills an empty database with what a backup holds. */
import { statSync } from "node:fs";
import type pg from "pg";
import type { Engine } from "../../database/engine.ts";
import { migrate, readApplied } from "../../database/migrate.ts";
import { type Migration, pendingMigrations, readMigrations } from "../../database/migrations.ts";
import { quoted } from "../../database/privileges.ts";
import { installOutbox } from "../../outbox/install.ts";
import { openPendingJobWriter, type PendingJob, readPendingJob } from "../../outbox/pending-jobs.ts";
import { CommandError } from "../command.ts";
import { type BackupEnd, type BackupRow, exactText, jobsSection } from "./backup-format.ts";
import { listTables, type StoredTable, tableName } from "./list-tables.ts";
import { type CheckedBackup, readRows } from "./read-backup.ts";

/** Rows, and letters, that go into one statement. */
const batchRows = 500;
const batchLetters = 1_000_000;

interface LoadOptions {
  /** Leaves the fingerprint of the secret key to the next start. */
  readonly forgetsSecretKey: boolean;
  readonly onProgress: (done: number, all: number) => void;
}

const notEmpty =
  "This database holds data already: a backup is restored into an empty one only. Make a new database (or name another DATA_DIR) and restore there.";

/**
 * Makes the schema as it was when the backup was made, loads every row in one transaction, and then applies the migrations that
 * came later. Throws `CommandError` and leaves no row when the database isn't empty or the counts differ.
 */
export async function loadBackup(
  engine: Engine,
  backup: CheckedBackup,
  options: LoadOptions,
): Promise<BackupEnd["rows"]> {
  const known = await chooseMigrations(engine, backup);
  await migrate(engine, known);
  await installOutbox(engine);
  const jobs = await openPendingJobWriter(engine);
  try {
    await engine.patiently(async (client) => {
      await client.query(`begin; ${exactText}`);
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
  await engine.patiently((client) => client.query("analyze"));
  return backup.end.rows;
}

/** The migrations that the backup's database had. Throws where they are not the first ones that this version knows. */
async function chooseMigrations(engine: Engine, { header }: CheckedBackup): Promise<readonly Migration[]> {
  const all = readMigrations();
  pendingMigrations(all, header.migrations);
  const known = all.slice(0, header.migrations.length);
  await engine.patiently(async (client) => {
    const applied = await readApplied(client);
    if (applied.length === 0) return;
    const { rows } = await client.query(
      "select exists (select from public.accounts) or (select setup_at is not null from public.installation) as used",
    );
    if (rows[0]?.used === true) throw new CommandError(notEmpty);
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
  { onProgress, forgetsSecretKey }: LoadOptions,
  writeJobs: WriteJobs,
): Promise<void> {
  const tables = await listTables(client);
  // Triggers would count, link and copy once more what the rows hold already. All of this ends with the transaction.
  for (const { name, hasTenant } of tables) {
    await client.query(`alter table ${tableName(name)} disable trigger user`);
    if (hasTenant) await client.query(`alter table ${tableName(name)} no force row level security`);
  }
  await client.query("delete from public.installation");
  await refuseRows(client, tables);
  await insertRows(client, backup, { tables, writeJobs, onProgress });
  if (forgetsSecretKey) await client.query("update public.installation set secret_key_fingerprint = null");
  // Nobody has seen a worker of this database yet. A backup of an older version has no such column.
  const installation = tables.find(({ name }) => name === "installation");
  if (installation?.columns.some(({ name }) => name === "worker_seen_at") === true)
    await client.query("update public.installation set worker_seen_at = null");
  await compareCounts(client, tables, backup);
  for (const { name, hasTenant } of tables) {
    await client.query(`alter table ${tableName(name)} enable trigger user`);
    if (hasTenant) await client.query(`alter table ${tableName(name)} force row level security`);
  }
}

async function refuseRows(client: pg.ClientBase, tables: readonly StoredTable[]): Promise<void> {
  for (const { name } of tables) {
    const { rowCount } = await client.query(`select from ${tableName(name)} limit 1`);
    if (rowCount !== 0) throw new CommandError(notEmpty);
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
  let letters = 0;
  const flush = async (): Promise<void> => {
    if (texts.length === 0) return;
    const rows = `[${texts.join(",")}]`;
    if (current === jobsSection) {
      const jobs = (JSON.parse(rows) as BackupRow[]).map(readPendingJob);
      await writeJobs(
        client,
        jobs.filter((job) => job !== null),
      );
    } else await client.query(insertInto(current, tables, backup), [rows]);
    texts = [];
    letters = 0;
  };
  for await (const { table, text } of readRows(backup, (read) => onProgress(read, size))) {
    if (table !== current || texts.length === batchRows || letters > batchLetters) await flush();
    current = table;
    texts.push(text);
    letters += text.length;
  }
  await flush();
  onProgress(size, size);
}

function insertInto(name: string, tables: readonly StoredTable[], { header }: CheckedBackup): string {
  const table = tables.find((candidate) => candidate.name === name);
  const kept = header.tables.find((candidate) => candidate.name === name);
  const columns = kept?.columns.map((column) =>
    table?.columns.find((candidate) => candidate.name === column),
  );
  if (columns === undefined || columns.some((column) => column === undefined))
    throw new CommandError(`The backup holds the table ${name}, which this version stores differently.`);
  const found = columns.filter((column) => column !== undefined);
  const names = found.map((column) => quoted(column.name)).join(", ");
  const values = found.map(({ type }, index) => `(r ->> ${index})::${type}`).join(", ");
  return `insert into ${tableName(name)} (${names}) select ${values} from json_array_elements($1::json) r`;
}

async function compareCounts(
  client: pg.ClientBase,
  tables: readonly StoredTable[],
  { end, file }: CheckedBackup,
): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ count: number }>(`select count(*) from ${tableName(name)}`);
    const wanted = end.rows[name] ?? 0;
    if (rows[0]?.count === wanted) continue;
    throw new CommandError(
      `${file} says that ${name} has ${wanted} rows, and ${rows[0]?.count} were restored: everything was taken back.`,
    );
  }
}
