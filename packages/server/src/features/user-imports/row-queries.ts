/** Statements on the rows of imports: those that were refused, and those that created something. */
import type { UserImportRowOutcome } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";
import type { ImportRow, RowFields, RowResult } from "./import-row.ts";
import type { ImportKey } from "./queries.ts";

/** Deletes the rows of a check. */
export async function deleteRows(tx: Tx, { organizationId, importId }: ImportKey): Promise<void> {
  await tx.query(sql`${named("deleteImportRows")}
    DELETE FROM user_import_rows WHERE organization_id = ${organizationId} AND import_id = ${importId}`);
}

/** Stores the rows that were refused, and those that created something. */
export async function insertRows(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  rows: readonly ImportRow[],
  results: readonly RowResult[],
): Promise<void> {
  const fields = new Map(rows.map((row) => [row.line, row.fields]));
  const stored = results.flatMap(({ line, email, refusal, createdId, accountId }): readonly object[] => {
    if (refusal !== undefined)
      return [
        { line, email, outcome: "refused", fields: toStoredFields(fields.get(line) ?? {}), ...refusal },
      ];
    return createdId === undefined
      ? []
      : [{ line, email, outcome: "created", fields: {}, createdId, accountId }];
  });
  if (stored.length === 0) return;
  await tx.query(sql`${named("insertImportRows")}
    INSERT INTO user_import_rows (organization_id, import_id, line, outcome, email, fields, subject_id, account_id, code, detail)
    SELECT o.organization_id, ${importId}::uuid, r.line, r.outcome, r.email, r.fields, r."createdId", r."accountId", r.code,
      r.detail
    FROM organizations o CROSS JOIN jsonb_to_recordset(${JSON.stringify(stored)}::jsonb) AS r(line integer, outcome text,
      email text, fields jsonb, "createdId" uuid, "accountId" uuid, code text, detail text)
    WHERE o.organization_id = ${organizationId}`);
}

/** Characters of a field that are stored: enough to find the row again. */
const maxStoredLength = 1_000;

/** The fields without the address and the password hash. */
export function toStoredFields({ name, roles, externalId, phone, status }: RowFields): StoredFields {
  const names = roles === undefined || typeof roles === "string" ? roles : roles.join("; ");
  const texts = { name, roles: names, externalId, phone, status };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([field, text]) =>
      text === undefined ? [] : [[field, text.replaceAll("\0", "").toWellFormed().slice(0, maxStoredLength)]],
    ),
  );
}

/** Fields of a refused row, as they are written. */
export interface StoredFields {
  readonly name?: string;
  readonly roles?: string;
  readonly externalId?: string;
  readonly phone?: string;
  readonly status?: string;
}

/** A row that was refused, or whose user or invitation was kept. */
export interface StoredRow {
  readonly line: number;
  readonly email: string;
  readonly fields: StoredFields;
  readonly subjectId: string | null;
  readonly code: string;
  readonly detail: string;
}

/** Rows with an outcome, in the order of the file, after a line. */
export async function listRows(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  page: { readonly outcome: UserImportRowOutcome; readonly after: number; readonly limit: number },
): Promise<readonly StoredRow[]> {
  const { rows } = await tx.query(sql<StoredRow>`${named("listImportRows")}
    SELECT r.line, r.email, r.fields, r.subject_id AS "subjectId", COALESCE(r.code, '') AS code,
      COALESCE(r.detail, '') AS detail
    FROM user_import_rows r
    WHERE r.organization_id = ${organizationId} AND r.import_id = ${importId} AND r.outcome = ${page.outcome}
      AND r.line > ${page.after}
    ORDER BY r.line LIMIT ${page.limit}`);
  return rows;
}

/** A row that created something that an undo has not come to yet. */
export interface CreatedRow {
  readonly line: number;
  readonly email: string;
  readonly subjectId: string;
  readonly accountId: string | null;
}

/** The next rows to undo. */
export async function listCreatedRows(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  limit: number,
): Promise<readonly CreatedRow[]> {
  const { rows } = await tx.query(sql<CreatedRow>`${named("listCreatedImportRows")}
    SELECT r.line, r.email, COALESCE(r.subject_id, r.import_id) AS "subjectId", r.account_id AS "accountId"
    FROM user_import_rows r
    WHERE r.organization_id = ${organizationId} AND r.import_id = ${importId} AND r.outcome = 'created'
    ORDER BY r.line LIMIT ${limit}`);
  return rows;
}

/** What the undo made of a row. */
export interface UndoneRow {
  readonly line: number;
  readonly outcome: "removed" | "kept";
  readonly code?: string;
  readonly detail?: string;
}

/** Stores what the undo made of rows. */
export async function storeUndoneRows(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  undone: readonly UndoneRow[],
): Promise<void> {
  await tx.query(sql`${named("storeUndoneImportRows")}
    UPDATE user_import_rows r SET outcome = w.outcome, code = w.code, detail = w.detail
    FROM jsonb_to_recordset(${JSON.stringify(undone)}::jsonb) AS w(line integer, outcome text, code text, detail text)
    WHERE r.organization_id = ${organizationId} AND r.import_id = ${importId} AND r.line = w.line`);
}

/** Deletes accounts that the import created and that belong to no user. */
export async function removeAccounts(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  accountIds: readonly string[],
): Promise<void> {
  if (accountIds.length === 0) return;
  await tx.query(sql`${named("removeImportedAccounts")}
    SELECT remove_imported_accounts(${organizationId}::uuid, ${importId}::uuid, ${accountIds}::uuid[])`);
}
