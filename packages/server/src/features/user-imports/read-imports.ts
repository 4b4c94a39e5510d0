/** Reads imports, their rows, and previews of their files. */
import {
  byteOrderMark,
  csvLine,
  type ImportPreset,
  type Total,
  type UserImportPreview,
  type UserImportRow,
  type UserImportRowOutcome,
  type UserImportView,
} from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { ReadingFailed } from "../../errors/reading-failed.ts";
import { cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import { wrongStep } from "./import-errors.ts";
import { FileLost, readRecords } from "./import-file.ts";
import { viewImport } from "./import-state.ts";
import { suggestColumns, toText } from "./map-record.ts";
import { countImports, findImport, listImports, type StoredImport } from "./queries.ts";
import { normalizeKey, type SourceRecord } from "./read/source-record.ts";
import { listRows, type StoredRow } from "./row-queries.ts";

type ReadDeps = Pick<Deps, "db" | "clock">;

/** A page of a list. */
interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

const importCursor = z.strictObject({ id: z.uuid() });

/** Imports, newest first. */
export async function listUserImports(
  { db, clock }: ReadDeps,
  { organizationId }: Actor,
  { cursor, limit = defaultLimit }: PageRequest,
): Promise<{
  readonly items: UserImportView[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const after = decodeCursor(importCursor, cursor)?.id ?? null;
  const [rows, { all }] = await db.tenant(
    organizationId,
    async (tx) => [
      await listImports(tx, { organizationId, after, limit: limit + 1 }),
      await countImports(tx, organizationId),
    ],
    { readOnly: true },
  );
  const { items, nextCursor } = cutPage(rows, limit, ({ id }) => ({ id }));
  const now = clock.now();
  return {
    items: items.map((one) => viewImport(one, now)),
    nextCursor,
    total: { count: all, exact: true },
  };
}

/**
 * An import with its progress.
 * @throws ApiError not-found
 */
export async function getUserImport(deps: ReadDeps, actor: Actor, importId: string): Promise<UserImportView> {
  return viewImport(await requireImport(deps, actor, importId), deps.clock.now());
}

async function requireImport(
  { db }: Pick<Deps, "db">,
  { organizationId }: Actor,
  importId: string,
): Promise<StoredImport> {
  const one = await db.tenant(organizationId, (tx) => findImport(tx, { organizationId, importId }), {
    readOnly: true,
  });
  if (one === null) throw notFound();
  return one;
}

/** Rows that a preview shows. */
const previewRows = 10;
/** Records of JSON whose members are the columns. */
const titleRecords = 100;

/**
 * The columns and first rows of a file that the actor has uploaded.
 * @throws ApiError not-found, user-imports/wrong-step, user-imports/unreadable
 */
export async function previewImport(
  deps: Pick<Deps, "db" | "secrets">,
  actor: Actor,
  { importId, preset }: { readonly importId: string; readonly preset?: ImportPreset | undefined },
): Promise<UserImportPreview> {
  const one = await requireImport(deps, actor, importId);
  if (one.createdBy.id !== actor.id) throw notFound();
  if (one.status !== "uploaded" && one.status !== "checked")
    throw wrongStep("The file is no longer there. Upload it again to see its columns.");
  const { titles, records } = await readBeginning(deps, one);
  const columns = suggestColumns(titles, { preset: preset ?? null });
  const rows = records.slice(0, previewRows).map(({ line, fields }) => ({
    line,
    cells: columns.map(({ key, isPassword }) => (isPassword ? "" : toCell(fields.get(key)))),
  }));
  return { columns, rows };
}

async function readBeginning(
  deps: Pick<Deps, "db" | "secrets">,
  one: StoredImport,
): Promise<{ readonly titles: readonly string[]; readonly records: readonly SourceRecord[] }> {
  const titles: string[] = [];
  const records: SourceRecord[] = [];
  let hasTitles = false;
  try {
    const all = readRecords(deps, one, (found) => {
      titles.push(...found);
      hasTitles = true;
    });
    for await (const record of all) {
      records.push(record);
      if (!hasTitles) titles.push(...record.fields.keys());
      if (records.length >= (hasTitles ? previewRows : titleRecords)) break;
    }
  } catch (error) {
    if (error instanceof ReadingFailed) throw unreadable(error.message);
    if (error instanceof FileLost) throw wrongStep("The file is no longer there. Upload it again.");
    throw error;
  }
  if (titles.every((title) => normalizeKey(title) === ""))
    throw unreadable("The file is empty. Choose one whose first line has the titles of the columns.");
  return { titles: [...new Set(titles)], records };
}

function unreadable(detail: string): ApiError {
  return new ApiError("user-imports/unreadable", { detail });
}

const maxCellLength = 200;

function toCell(value: unknown): string {
  const text = toText(value) ?? (value === undefined || value === null ? "" : (JSON.stringify(value) ?? ""));
  return text.slice(0, maxCellLength).toWellFormed();
}

const rowCursor = z.strictObject({ line: z.int().check(z.gte(1), z.lte(2_147_483_647)) });

/**
 * Refused or kept rows, in the order of the file.
 * @throws ApiError not-found, request/cursor
 */
export async function listImportRows(
  deps: Pick<Deps, "db">,
  actor: Actor,
  input: PageRequest & { readonly importId: string; readonly outcome: UserImportRowOutcome },
): Promise<{
  readonly items: UserImportRow[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const { importId, outcome, limit = defaultLimit } = input;
  const { organizationId } = actor;
  const after = decodeCursor(rowCursor, input.cursor)?.line ?? 0;
  const one = await requireImport(deps, actor, importId);
  const rows = await deps.db.tenant(
    organizationId,
    (tx) => listRows(tx, { organizationId, importId }, { outcome, after, limit: limit + 1 }),
    { readOnly: true },
  );
  const { items, nextCursor } = cutPage(rows, limit, ({ line }) => ({ line }));
  return {
    items: items.map((row) => viewRow(row, outcome)),
    nextCursor,
    total: { count: one[outcome], exact: true },
  };
}

function viewRow(
  { line, email, subjectId, code, detail }: StoredRow,
  outcome: UserImportRowOutcome,
): UserImportRow {
  return { line, email, outcome, ...(subjectId === null ? {} : { subjectId }), code, detail };
}

const pageSize = 1_000;

/**
 * The same rows as CSV, in chunks of 1,000. No transaction stays open between chunks.
 * @throws ApiError not-found
 */
export async function exportImportRows(
  deps: Pick<Deps, "db">,
  actor: Actor,
  { importId, outcome }: { readonly importId: string; readonly outcome: UserImportRowOutcome },
): Promise<AsyncIterable<string>> {
  const { organizationId } = actor;
  await requireImport(deps, actor, importId);
  async function* chunks(): AsyncGenerator<string, void, undefined> {
    yield byteOrderMark + refusedTitles;
    for (let after = 0, isLast = false; !isLast; ) {
      const page = { outcome, after, limit: pageSize };
      const rows = await deps.db.tenant(
        organizationId,
        (tx) => listRows(tx, { organizationId, importId }, page),
        { readOnly: true },
      );
      yield rows.map(toRefusedLine).join("");
      after = rows.at(-1)?.line ?? after;
      isLast = rows.length < pageSize;
    }
  }
  return chunks();
}

/** The first line of a file of refused rows. */
export const refusedTitles = csvLine([
  ...["line", "code", "detail", "email", "name", "roles", "externalId", "phone", "status"],
]);

/** A refused row with its fields, so that it can be corrected and imported; never with password hashes. */
export function toRefusedLine({
  line,
  code,
  detail,
  email,
  fields,
}: Pick<StoredRow, "line" | "code" | "detail" | "email" | "fields">): string {
  const { name = null, roles = null, externalId = null, phone = null, status = null } = fields;
  return csvLine([line, code, detail, email, name, roles, externalId, phone, status]);
}
