/**
 * The format of a backup: lines of JSON, compressed with gzip. The first line is a header. `{"table": …}` begins a table; each
 * row follows as an array of texts (or null) in the order of the columns. The last line is the manifest: the row counts, the
 * heads of the audit chains, the SHA-256 of all lines before it, and a signature with the secret key. The texts are PostgreSQL's
 * output with the settings below, so nothing is rounded.
 */

import type pg from "pg";
import * as z from "zod/mini";
import { listOwnTables } from "../../db/check-privileges.ts";
import { quoted } from "../../db/privileges.ts";
import { localSessionSettings } from "../../db/session-settings.ts";

/** Version of the format that is written. Version 1 had neither heads nor a signature. */
export const formatVersion = 2;

/**
 * Not in a backup: a restore must not bring back sessions, challenges and links that ended since, nor counters of attempts; and
 * uploaded files are kept for a day only. A move to another database takes them along.
 */
export const excludedTables: readonly string[] = [
  "account_links",
  "sessions",
  "panel_sessions",
  "setup_tokens",
  "sign_in_challenges",
  "throttles",
  "used_challenges",
  "user_import_parts",
];

/** Settings for the conversion of values to text and back; the role or the database may have others. */
export const exactTextSettings = `
  ${localSessionSettings};
  set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0`;

/** The section of queued jobs. No table has this name. */
export const jobsSection = "pending jobs";

const tableSchema = z.object({ name: z.string(), columns: z.array(z.string()) });

/** The first line. */
export const headerSchema = z.object({
  format: z.literal("gatehouse-backup"),
  version: z.number(),
  madeAt: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  secretKeyFingerprint: z.nullable(z.string()),
  tables: z.array(tableSchema),
});

const headSchema = z.object({ organizationId: z.uuid(), sequence: z.number(), hash: z.string() });

/** The last line. */
export const manifestSchema = z.object({
  /** Number of rows by table. */
  rows: z.record(z.string(), z.number()),
  /** The last audit event of each organization. A backup of version 1 has none. */
  heads: z._default(z.array(headSchema), []),
  /** Of all lines before, hexadecimal. */
  sha256: z.string(),
  /** Of the manifest without it; null when the installation has no secret key yet. */
  signature: z._default(z.nullable(z.string()), null),
});

/** The line that begins a table's rows. */
export const sectionSchema = z.object({ table: z.string() });

/** A row: texts in the order of the columns. */
export type BackupRow = readonly (string | null)[];

export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupManifest = z.infer<typeof manifestSchema>;
export type AuditHead = z.infer<typeof headSchema>;

/** The key of the signature is derived for this purpose. */
export const signaturePurpose = "backup";

/** What the manifest's signature is computed of. */
export function describeSigned({ rows, heads, sha256 }: Omit<BackupManifest, "signature">): string {
  return JSON.stringify({ rows, heads, sha256 });
}

/** A table of Gatehouse, as the database defines it. */
export interface StoredTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Whether row-level security limits it to one organization at a time. */
  readonly hasTenant: boolean;
}

interface Row {
  readonly name: string;
  readonly hasTenant: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly references: readonly string[];
}

const statement = `
  select c.relname as name, c.relforcerowsecurity as "hasTenant",
         (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
            from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
         coalesce((select json_agg(distinct r.relname) from pg_constraint k join pg_class r on r.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '[]') as "references"
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname = any ($1)
   order by c.relname collate "C"`;

/** The tables except those of `excluded`, in an order in which no table refers to a later one. */
export async function listTables(
  client: pg.ClientBase,
  excluded: readonly string[],
): Promise<readonly StoredTable[]> {
  const { rows } = await client.query<Row>(statement, [listOwnTables()]);
  const included = rows.filter(({ name }) => name !== "gatehouse_migrations" && !excluded.includes(name));
  const sorted: Row[] = [];
  const insert = (row: Row): void => {
    if (sorted.includes(row)) return;
    for (const other of included) if (row.references.includes(other.name)) insert(other);
    sorted.push(row);
  };
  for (const row of included) insert(row);
  return sorted.map(({ name, columns, hasTenant }) => ({ name, columns, hasTenant }));
}

/** `public."name"`, quoted. Names come from PostgreSQL's catalogue or from a file. */
export function quoteTableName(name: string): string {
  return `public.${quoted(name)}`;
}
