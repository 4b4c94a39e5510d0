/**
 * What is in a backup: gzip around lines of JSON. The first line describes it; then `{"table": …}` begins each table and an
 * array of texts (or null) is a row of it, in the order of its columns; the last line has the counts and the SHA-256 of
 * all lines before it. The texts are those that PostgreSQL writes with the settings below, so nothing is rounded.
 */
import * as z from "zod/mini";

/** Version of the format. Another one is refused. */
export const formatVersion = 1;

/** Sessions and tries: who was signed out since must not be signed in again by a restore. */
export const leftOut: readonly string[] = ["sessions", "panel_sessions", "setup_tokens", "throttles"];

/** How values become text and text becomes values. The role and the database may have been given other settings. */
export const exactText = `
  set local search_path = public, pg_temp; set local timezone = 'UTC'; set local datestyle = 'ISO, MDY';
  set local intervalstyle = 'postgres'; set local bytea_output = 'hex'; set local extra_float_digits = 3;
  set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0`;

/** The section of jobs that wait. No table has this name. */
export const jobsSection = "pending jobs";

const tableShape = z.object({ name: z.string(), columns: z.array(z.string()) });

/** The first line. */
export const headerShape = z.object({
  format: z.literal("gatehouse-backup"),
  version: z.number(),
  madeAt: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  secretKeyFingerprint: z.nullable(z.string()),
  tables: z.array(tableShape),
});

/** The last line. */
export const endShape = z.object({
  rows: z.record(z.string(), z.number()),
  sha256: z.string(),
});

/** The line that begins a table's rows. */
export const sectionShape = z.object({ table: z.string() });

/** A row: texts in the order of the columns. */
export type BackupRow = readonly (string | null)[];

export type BackupHeader = z.infer<typeof headerShape>;
export type BackupEnd = z.infer<typeof endShape>;
