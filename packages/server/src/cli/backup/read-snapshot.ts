/** Reads the data of an installation from one snapshot of the database, a page of rows at a time. */
import type pg from "pg";
import { setOrganizationSql } from "../../db/enter-organization.ts";
import { readApplied } from "../../db/migrate.ts";
import { pendingJobsStatement } from "../../jobs/pg-boss.ts";
import {
  type AuditHead,
  type BackupHeader,
  type BackupManifest,
  type BackupRow,
  exactTextSettings,
  formatVersion,
  jobsSection,
  listTables,
  quoteTableName,
  type StoredTable,
} from "./backup-format.ts";

/** Rows in memory at a time. */
const pageSize = 1_000;

/** What is read, and when. */
export interface SnapshotOptions {
  readonly now: Date;
  readonly excludedTables: readonly string[];
  readonly onProgress: (done: number, all: number) => void;
}

/** Some rows of a table, each as the JSON text of a `BackupRow`. The first page of every table may be empty. */
export interface SnapshotPage {
  readonly table: string;
  readonly lines: readonly string[];
}

/** A snapshot that is being read. */
export interface Snapshot {
  readonly header: BackupHeader;
  readonly pages: AsyncIterable<SnapshotPage>;
  /** Complete when all pages have been read. */
  readonly summary: Pick<BackupManifest, "rows" | "heads">;
}

/**
 * Opens a snapshot in a read-only transaction, which ends when `work` has returned. Row-level security is forced for the owner of
 * the tables, too: each organization is read with the application's role.
 */
export async function withSnapshot<T>(
  client: pg.ClientBase,
  options: SnapshotOptions,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  await client.query(`begin isolation level repeatable read read only; ${exactTextSettings}`);
  try {
    const tables = await listTables(client, options.excludedTables);
    const summary = { rows: {}, heads: [] };
    return await work({
      header: await createHeader(client, tables, options.now),
      pages: readTables(client, { tables, summary, onProgress: options.onProgress }),
      summary,
    });
  } finally {
    await client.query("rollback");
  }
}

interface Reading {
  readonly tables: readonly StoredTable[];
  readonly summary: { readonly rows: Record<string, number>; readonly heads: AuditHead[] };
  readonly onProgress: SnapshotOptions["onProgress"];
}

async function* readTables(
  client: pg.ClientBase,
  { tables, summary: { rows, heads }, onProgress }: Reading,
): AsyncGenerator<SnapshotPage> {
  const organizations = await listOrganizations(client);
  const all = tables.length * Math.max(1, organizations.length);
  for (const [index, table] of tables.entries()) {
    const { name } = table;
    rows[name] = 0;
    yield { table: name, lines: [] };
    const parts = table.hasTenant ? organizations : [null];
    for (const [part, organizationId] of parts.entries()) {
      const select = buildSelect(table, organizationId);
      for await (const lines of readPages(client, selectRole(organizationId), select)) {
        rows[name] += lines.length;
        if (name === "audit_heads") heads.push(...lines.map((line) => readAuditHead(table, line)));
        yield { table: name, lines };
      }
      onProgress(index * Math.max(1, organizations.length) + part, all);
    }
  }
  rows[jobsSection] = 0;
  yield { table: jobsSection, lines: [] };
  for await (const lines of readPages(client, selectRole(null), pendingJobsStatement)) {
    rows[jobsSection] += lines.length;
    yield { table: jobsSection, lines };
  }
  onProgress(all, all);
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

function readAuditHead({ columns }: StoredTable, line: string): AuditHead {
  const row = JSON.parse(line) as BackupRow;
  const read = (name: string) => row[columns.findIndex((column) => column.name === name)] ?? "";
  return {
    organizationId: read("organization_id"),
    sequence: Number(read("sequence")),
    hash: read("hash"),
  };
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
