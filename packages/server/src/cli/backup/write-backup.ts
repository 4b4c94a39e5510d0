/** Writes the data of an installation into one file, from one snapshot. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type pg from "pg";
import type { Engine } from "../../db/engine.ts";
import { setOrganizationSql } from "../../db/enter-organization.ts";
import { readApplied } from "../../db/migrate.ts";
import { pendingJobsStatement } from "../../jobs/pg-boss.ts";
import {
  type BackupHeader,
  type BackupTrailer,
  exactTextSettings,
  formatVersion,
  jobsSection,
  listTables,
  quoteTableName,
  type StoredTable,
} from "./backup-format.ts";

/** The row counts and the hash of a written backup. */
export interface WrittenBackup {
  readonly rows: BackupTrailer["rows"];
  readonly sha256: string;
}

/** Rows in memory at a time. */
const pageSize = 1_000;

interface BackupOptions {
  readonly now: Date;
  readonly onProgress: (done: number, all: number) => void;
}

/**
 * Writes into a temporary file, which is renamed to `file` when it is complete. Row-level security is forced for the owner of
 * the tables, too: each organization is read with the application's role, all in one snapshot.
 */
export async function writeBackup(
  engine: Engine,
  file: string,
  options: BackupOptions,
): Promise<WrittenBackup> {
  const temporaryFile = `${file}.unfinished`;
  await rm(temporaryFile, { force: true });
  try {
    const written = await engine.withoutTimeout(async (client) => {
      await client.query(`begin isolation level repeatable read read only; ${exactTextSettings}`);
      try {
        const summary: { end?: WrittenBackup } = {};
        const target = createWriteStream(temporaryFile, { mode: 0o600, flags: "wx", flush: true });
        await pipeline(generateLines(client, options, summary), createGzip({ level: 6 }), target);
        if (summary.end === undefined) throw new Error("The backup ended before its last line.");
        return summary.end;
      } finally {
        await client.query("rollback");
      }
    });
    await rename(temporaryFile, file);
    return written;
  } catch (error) {
    await rm(temporaryFile, { force: true });
    throw error;
  }
}

async function* generateLines(
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
  yield line(await createHeader(client, tables, now));
  const organizations = await listOrganizations(client);
  const rows: Record<string, number> = {};
  const all = tables.length * Math.max(1, organizations.length);
  for (const [index, table] of tables.entries()) {
    yield line({ table: table.name });
    rows[table.name] = 0;
    const parts = table.hasTenant ? organizations : [null];
    for (const [part, organizationId] of parts.entries()) {
      for await (const page of readPages(
        client,
        selectRole(organizationId),
        buildSelect(table, organizationId),
      )) {
        rows[table.name] = (rows[table.name] ?? 0) + page.length;
        yield page.map(line).join("");
      }
      onProgress(index * Math.max(1, organizations.length) + part, all);
    }
  }
  yield line({ table: jobsSection });
  rows[jobsSection] = 0;
  for await (const page of readPages(client, selectRole(null), pendingJobsStatement)) {
    rows[jobsSection] += page.length;
    yield page.map(line).join("");
  }
  onProgress(all, all);
  summary.end = { rows, sha256: hash.digest("hex") };
  yield `${JSON.stringify(summary.end)}\n`;
}

async function createHeader(
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

/** Every organization. Row-level security shows them only to the role of the triggers. */
async function listOrganizations(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query("set local role gatehouse_keeper");
  const { rows } = await client.query<{ id: string }>(
    "select organization_id as id from public.organizations order by organization_id",
  );
  await client.query("set local role none");
  return rows.map(({ id }) => id);
}

function selectRole(organizationId: string | null): string {
  if (organizationId === null) return "set local role none";
  return `set local role gatehouse_app; ${setOrganizationSql(organizationId)}`;
}

function buildSelect({ name, columns }: StoredTable, organizationId: string | null): string {
  const texts = columns.map((column) => `${JSON.stringify(column.name)}::text`).join(", ");
  const where = organizationId === null ? "" : ` where organization_id = '${organizationId}'`;
  return `select json_build_array(${texts})::text as line from ${quoteTableName(name)}${where}`;
}

/** The lines of a statement, page by page. The first page comes in the round trip that opens the cursor. */
async function* readPages(
  client: pg.ClientBase,
  before: string,
  statement: string,
): AsyncGenerator<readonly string[]> {
  const cursor = `declare backup_rows no scroll cursor for ${statement}`;
  const fetch = `fetch ${pageSize} from backup_rows`;
  let result = await client.query(`${before}; ${cursor}; ${fetch}`);
  for (;;) {
    // pg returns an array for several statements, which its types don't declare.
    const last = (Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult<{ line: string }>;
    if (last.rows.length > 0) yield last.rows.map(({ line }) => line);
    if (last.rows.length < pageSize) break;
    result = await client.query(fetch);
  }
  await client.query("close backup_rows");
}
