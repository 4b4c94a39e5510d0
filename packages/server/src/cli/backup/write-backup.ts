/** Writes everything that an installation keeps into one file, as of one moment. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type pg from "pg";
import type { Engine } from "../../database/engine.ts";
import { inOrganization } from "../../database/enter-organization.ts";
import { readApplied } from "../../database/migrate.ts";
import { pendingJobs } from "../../outbox/pending-jobs.ts";
import { type BackupEnd, type BackupHeader, exactText, formatVersion, jobsSection } from "./backup-format.ts";
import { listTables, type StoredTable, tableName } from "./list-tables.ts";

/** What was written. */
export interface WrittenBackup {
  readonly rows: BackupEnd["rows"];
  readonly sha256: string;
}

/** Rows that are in memory at a time. */
const pageSize = 1_000;

interface BackupOptions {
  readonly now: Date;
  readonly onProgress: (done: number, all: number) => void;
}

/**
 * Writes `file`, which gets its name when it is whole. The user of the database owns the tables but sees no row of theirs, as
 * row-level security is forced: each organization is read as the application reads it, in one snapshot.
 */
export async function writeBackup(
  engine: Engine,
  file: string,
  options: BackupOptions,
): Promise<WrittenBackup> {
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  try {
    const written = await engine.patiently(async (client) => {
      await client.query(`begin isolation level repeatable read read only; ${exactText}`);
      try {
        const summary: { end?: WrittenBackup } = {};
        const target = createWriteStream(unfinished, { mode: 0o600, flags: "wx", flush: true });
        await pipeline(lines(client, options, summary), createGzip({ level: 6 }), target);
        if (summary.end === undefined) throw new Error("The backup ended before its last line.");
        return summary.end;
      } finally {
        await client.query("rollback");
      }
    });
    await rename(unfinished, file);
    return written;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function* lines(
  client: pg.ClientBase,
  { now, onProgress }: BackupOptions,
  summary: { end?: WrittenBackup },
): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const line = (value: unknown): string => {
    const text = `${typeof value === "string" ? value : JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  const tables = await listTables(client);
  yield line(await describe(client, tables, now));
  const organizations = await listOrganizations(client);
  const rows: Record<string, number> = {};
  const all = tables.length * Math.max(1, organizations.length);
  for (const [index, table] of tables.entries()) {
    yield line({ table: table.name });
    rows[table.name] = 0;
    const parts = table.hasTenant ? organizations : [null];
    for (const [part, organizationId] of parts.entries()) {
      for await (const page of pages(client, opening(organizationId), select(table, organizationId))) {
        rows[table.name] = (rows[table.name] ?? 0) + page.length;
        yield page.map(line).join("");
      }
      onProgress(index * Math.max(1, organizations.length) + part, all);
    }
  }
  yield line({ table: jobsSection });
  rows[jobsSection] = 0;
  for await (const page of pages(client, opening(null), pendingJobs)) {
    rows[jobsSection] += page.length;
    yield page.map(line).join("");
  }
  onProgress(all, all);
  summary.end = { rows, sha256: hash.digest("hex") };
  yield `${JSON.stringify(summary.end)}\n`;
}

async function describe(
  client: pg.ClientBase,
  tables: readonly StoredTable[],
  now: Date,
): Promise<BackupHeader> {
  const { rows } = await client.query<{ fingerprint: string | null }>(
    "select secret_key_fingerprint as fingerprint from public.installation",
  );
  return {
    format: "gatehouse-backup",
    version: formatVersion,
    madeAt: now.toISOString(),
    migrations: (await readApplied(client)).map(({ name, checksum }) => ({ name, checksum })),
    secretKeyFingerprint: rows[0]?.fingerprint ?? null,
    tables: tables.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) })),
  };
}

/** Every organization. Row-level security shows them to the triggers' role alone. */
async function listOrganizations(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query("set local role gatehouse_keeper");
  const { rows } = await client.query<{ id: string }>(
    "select organization_id as id from public.organizations order by organization_id",
  );
  await client.query("set local role none");
  return rows.map(({ id }) => id);
}

function opening(organizationId: string | null): string {
  if (organizationId === null) return "set local role none";
  return `set local role gatehouse_app; ${inOrganization(organizationId)}`;
}

function select({ name, columns }: StoredTable, organizationId: string | null): string {
  const texts = columns.map((column) => `${JSON.stringify(column.name)}::text`).join(", ");
  const own = organizationId === null ? "" : ` where organization_id = '${organizationId}'`;
  return `select json_build_array(${texts})::text as line from ${tableName(name)}${own}`;
}

/** The lines of a statement, a page at a time: the first one comes with the question. */
async function* pages(
  client: pg.ClientBase,
  before: string,
  statement: string,
): AsyncGenerator<readonly string[]> {
  const cursor = `declare backup_rows no scroll cursor for ${statement}`;
  const fetch = `fetch ${pageSize} from backup_rows`;
  let answer = await client.query(`${before}; ${cursor}; ${fetch}`);
  for (;;) {
    // pg gives an array for several statements at once, and its types don't say so.
    const last = (Array.isArray(answer) ? answer.at(-1) : answer) as pg.QueryResult<{ line: string }>;
    if (last.rows.length > 0) yield last.rows.map(({ line }) => line);
    if (last.rows.length < pageSize) break;
    answer = await client.query(fetch);
  }
  await client.query("close backup_rows");
}
