/** Rules about the state of an import, and how it is shown. Pure: no database, no clock. */
import type { UserImportView } from "@gatehouse/sdk/contract";
import type { StoredImport } from "./queries.ts";

const day = 24 * 3_600_000;

/** Rows that were processed. */
export function countDone({
  created,
  updated,
  unchanged,
  refused,
}: Pick<StoredImport, "created" | "updated" | "unchanged" | "refused">): number {
  return created + updated + unchanged + refused;
}

/** Whether the worker, or a command, has work left. */
export function isWorking({ status }: Pick<StoredImport, "status">): boolean {
  return status === "checking" || status === "running" || status === "undoing";
}

/** Until when what an import created can be removed again; null when there is nothing, or its time has passed. */
export function findUndoEnd(one: StoredImport, now: Date): Date | null {
  const { status, startedAt, finishedAt, created, removed, kept } = one;
  if (startedAt === null || created === removed + kept) return null;
  if (status === "checking" || status === "checked" || status === "undone") return null;
  // A command that was killed leaves an import without an end.
  if (one.createdBy.type !== "system" && isWorking(one)) return null;
  const end = new Date((finishedAt ?? startedAt).getTime() + day);
  return end > now ? end : null;
}

/** An import with its progress. */
export function viewImport(one: StoredImport, now: Date): UserImportView {
  const { failureCode: code, failureDetail: detail } = one;
  return {
    id: one.id,
    fileName: one.fileName,
    status: one.status,
    ...(one.kind === null ? {} : { as: one.kind }),
    ...(one.mapping.preset == null ? {} : { preset: one.mapping.preset }),
    ...(one.mapping.columns === undefined ? {} : { columns: { ...one.mapping.columns } }),
    total: one.total,
    done: countDone(one),
    created: one.created,
    updated: one.updated,
    unchanged: one.unchanged,
    refused: one.refused,
    removed: one.removed,
    kept: one.kept,
    ...(code === null || detail === null ? {} : { failure: { code, detail } }),
    createdBy: one.createdBy,
    createdAt: one.createdAt.toISOString(),
    startedAt: one.startedAt?.toISOString() ?? null,
    finishedAt: one.finishedAt?.toISOString() ?? null,
    undoableUntil: findUndoEnd(one, now)?.toISOString() ?? null,
  };
}

/** The import as target of an audit event. */
export function toAuditTarget({ id, fileName }: Pick<StoredImport, "id" | "fileName">) {
  return { type: "user-import", id, name: fileName };
}
