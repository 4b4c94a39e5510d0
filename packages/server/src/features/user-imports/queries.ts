/** Statements on imports and the parts of their files; `row-queries.ts` has those on their rows. */
import type { ActorReference, ImportKind, UserImportStatus } from "@gatehouse/sdk/contract";
import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { named, type Statement, sql } from "../../db/sql.ts";
import type { ImportCounts } from "./import-row.ts";
import type { Mapping } from "./map-record.ts";

/** Who started the work of an import. */
export interface ImportStarter {
  readonly type: "user" | "api-key";
  readonly id: string;
  readonly name: string;
  readonly origin: RequestOrigin;
}

/** A row of `user_imports`. */
export interface StoredImport extends Omit<ImportCounts, "total"> {
  readonly organizationId: string;
  readonly id: string;
  readonly fileName: string;
  readonly status: UserImportStatus;
  readonly kind: ImportKind | null;
  readonly mapping: Partial<Pick<Mapping, "preset" | "columns">>;
  readonly parts: number;
  readonly total: number | null;
  readonly removed: number;
  readonly kept: number;
  readonly failureCode: string | null;
  readonly failureDetail: string | null;
  readonly generation: number;
  readonly createdBy: ActorReference;
  /** Null for the command line. */
  readonly startedBy: ImportStarter | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Identifies an import. */
export interface ImportKey {
  readonly organizationId: string;
  readonly importId: string;
}

/** Columns that change; absent ones stay. */
export type ImportUpdate = Partial<
  Pick<
    StoredImport,
    | "status"
    | "kind"
    | "mapping"
    | "parts"
    | "total"
    | "created"
    | "updated"
    | "unchanged"
    | "refused"
    | "removed"
    | "kept"
    | "failureCode"
    | "failureDetail"
    | "generation"
    | "startedBy"
    | "startedAt"
    | "finishedAt"
  >
>;

const importColumns = sql`
  i.organization_id AS "organizationId", i.import_id AS id, i.file_name AS "fileName", i.status, i.kind, i.mapping, i.parts,
    i.total, i.created, i.updated, i.unchanged, i.refused, i.removed, i.kept, i.failure_code AS "failureCode",
    i.failure_detail AS "failureDetail", i.generation, i.started_by AS "startedBy", i.created_at AS "createdAt",
    i.started_at AS "startedAt", i.finished_at AS "finishedAt",
    jsonb_build_object('type', i.created_by_type, 'id', i.created_by_id, 'name', i.created_by_name) AS "createdBy"`;

/** An import, or null when the organization has none of that id. */
export async function findImport(tx: Tx, key: ImportKey): Promise<StoredImport | null> {
  const { rows } = await tx.query(selectImport(key, sql``));
  return rows[0] ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockImport(tx: Tx, key: ImportKey): Promise<StoredImport | null> {
  const { rows } = await tx.query(selectImport(key, sql`FOR UPDATE`));
  return rows[0] ?? null;
}

function selectImport({ organizationId, importId }: ImportKey, ending: Statement): Statement<StoredImport> {
  return sql<StoredImport>`${named("findImport")}
    SELECT ${importColumns} FROM user_imports i
    WHERE i.organization_id = ${organizationId} AND i.import_id = ${importId} ${ending}`;
}

/** Imports, the newest first, after an import. */
export async function listImports(
  tx: Tx,
  page: { readonly organizationId: string; readonly after: string | null; readonly limit: number },
): Promise<readonly StoredImport[]> {
  const { organizationId, after, limit } = page;
  const { rows } = await tx.query(sql<StoredImport>`${named("listImports")}
    SELECT ${importColumns} FROM user_imports i
    WHERE i.organization_id = ${organizationId} AND (${after}::uuid IS NULL OR i.import_id < ${after}::uuid)
    ORDER BY i.import_id DESC LIMIT ${limit}`);
  return rows;
}

/** The number of stored imports, and of those with work left or a file that waits. */
export async function countImports(
  tx: Tx,
  organizationId: string,
): Promise<{ readonly all: number; readonly open: number }> {
  const { rows } = await tx.query(sql<{ all: number; open: number }>`${named("countImports")}
    SELECT count(*)::integer AS "all", (count(*) FILTER (WHERE i.created_by_type <> 'system'
      AND i.status IN ('uploaded', 'checking', 'checked', 'running', 'undoing')))::integer AS open
    FROM user_imports i WHERE i.organization_id = ${organizationId}`);
  return rows[0] ?? { all: 0, open: 0 };
}

/** Stores a new import. */
export async function insertImport(
  tx: Tx,
  one: Pick<
    StoredImport,
    "organizationId" | "id" | "fileName" | "status" | "kind" | "createdBy" | "createdAt" | "startedAt"
  >,
): Promise<void> {
  const { organizationId, createdBy } = one;
  await tx.query(sql`${named("insertImport")}
    INSERT INTO user_imports (organization_id, import_id, file_name, status, kind, created_by_type, created_by_id,
      created_by_name, created_at, started_at)
    VALUES (${organizationId}, ${one.id}, ${one.fileName}, ${one.status}, ${one.kind}, ${createdBy.type}, ${createdBy.id},
      ${createdBy.name}, ${one.createdAt}, ${one.startedAt})`);
}

/** Changes an import that the transaction has locked. */
export async function updateImport(
  tx: Tx,
  before: StoredImport,
  update: ImportUpdate,
): Promise<StoredImport> {
  const after = { ...before, ...update };
  await tx.query(sql`${named("updateImport")}
    UPDATE user_imports SET status = ${after.status}, kind = ${after.kind}, mapping = ${JSON.stringify(after.mapping)}::jsonb,
      parts = ${after.parts}, total = ${after.total}, created = ${after.created}, updated = ${after.updated},
      unchanged = ${after.unchanged}, refused = ${after.refused}, removed = ${after.removed}, kept = ${after.kept},
      failure_code = ${after.failureCode}, failure_detail = ${after.failureDetail}, generation = ${after.generation},
      started_by = ${after.startedBy === null ? null : JSON.stringify(after.startedBy)}::jsonb,
      started_at = ${after.startedAt}, finished_at = ${after.finishedAt}
    WHERE organization_id = ${before.organizationId} AND import_id = ${before.id}`);
  return after;
}

/** Stores a part of the file, encrypted. */
export async function insertPart(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  part: { readonly number: number; readonly content: string },
): Promise<void> {
  await tx.query(sql`${named("insertImportPart")}
    INSERT INTO user_import_parts (organization_id, import_id, number, content)
    VALUES (${organizationId}, ${importId}, ${part.number}, ${part.content})`);
}

/** A part of the file, encrypted; null when there is none. */
export async function findPart(
  tx: Tx,
  { organizationId, importId }: ImportKey,
  number: number,
): Promise<string | null> {
  const { rows } = await tx.query(sql<{ content: string }>`${named("findImportPart")}
    SELECT p.content FROM user_import_parts p
    WHERE p.organization_id = ${organizationId} AND p.import_id = ${importId} AND p.number = ${number}`);
  return rows[0]?.content ?? null;
}

/** Deletes the file. */
export async function deleteParts(tx: Tx, { organizationId, importId }: ImportKey): Promise<void> {
  await tx.query(sql`${named("deleteImportParts")}
    DELETE FROM user_import_parts WHERE organization_id = ${organizationId} AND import_id = ${importId}`);
}
