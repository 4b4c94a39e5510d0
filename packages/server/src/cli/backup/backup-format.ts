/**
 * The format of a backup: lines of JSON, compressed with gzip. The first line is a header. `{"table": …}` begins a table; each
 * row follows as an array of texts (or null) in the order of the columns. The last line has the row counts and the SHA-256 of
 * all lines before it. The texts are PostgreSQL's output with the settings below, so nothing is rounded.
 */
import * as z from "zod/mini";

/** Version of the format. Other versions can't be restored. */
export const formatVersion = 1;

/** Not in a backup: a restore must not bring back sessions that ended since, nor counters of attempts. */
export const excludedTables: readonly string[] = ["sessions", "panel_sessions", "setup_tokens", "throttles"];

/** Settings for the conversion of values to text and back; the role or the database may have others. */
export const exactTextSettings = `
  set local search_path = public, pg_temp; set local timezone = 'UTC'; set local datestyle = 'ISO, MDY';
  set local intervalstyle = 'postgres'; set local bytea_output = 'hex'; set local extra_float_digits = 3;
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

/** The last line. */
export const trailerSchema = z.object({
  rows: z.record(z.string(), z.number()),
  sha256: z.string(),
});

/** The line that begins a table's rows. */
export const sectionSchema = z.object({ table: z.string() });

/** A row: texts in the order of the columns. */
export type BackupRow = readonly (string | null)[];

export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupTrailer = z.infer<typeof trailerSchema>;
