/** Uploads files, and starts, stops and undoes their imports. */
import { maxImportPartLength, type startUserImport, type UserImportView } from "@gatehouse/sdk/contract";
import type * as z from "zod/mini";
import { record } from "../../audit/record.ts";
import { type Actor, type AuthenticatedActor, toActorReference } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { requirePermission } from "../../auth/require-permission.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { notUndoable, wrongStep } from "./import-errors.ts";
import { encryptPart } from "./import-file.ts";
import { countDone, findUndoEnd, isWorking, toAuditTarget, viewImport } from "./import-state.ts";
import {
  countImports,
  deleteParts,
  findPart,
  type ImportKey,
  type ImportStarter,
  insertImport,
  insertPart,
  lockImport,
  type StoredImport,
  updateImport,
} from "./queries.ts";
import { findFormat, unknownFormat } from "./read/read-file.ts";
import { deleteRows } from "./row-queries.ts";

type ManageDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue" | "secrets">;

/** Imports that an organization may have with an uploaded file or with work left. */
const maxOpenImports = 5;

/**
 * Begins an upload, inside the caller's transaction.
 * @throws ApiError request/invalid for a name without a known format, busy
 */
export async function createImport(
  { clock, ids }: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  { fileName }: { readonly fileName: string },
): Promise<UserImportView> {
  const { organizationId } = actor;
  if (findFormat(fileName) === null)
    throw new ApiError("request/invalid", {
      detail: unknownFormat,
      errors: [{ path: "fileName", code: "invalid/format", detail: unknownFormat }],
    });
  if ((await countImports(tx, organizationId)).open >= maxOpenImports)
    throw new ApiError("busy", {
      detail: "Five imports are open here already. Wait until one has ended, or stop one.",
      retryAfter: 60,
    });
  const now = clock.now();
  const key = { organizationId, importId: ids.next() };
  await insertImport(tx, {
    organizationId,
    id: key.importId,
    fileName,
    status: "uploaded",
    kind: null,
    createdBy: toActorReference(actor),
    createdAt: now,
    startedAt: null,
  });
  const one = await lockImport(tx, key);
  if (one === null) throw notFound();
  return viewImport(one, now);
}

/**
 * Stores the next part of a file. The part that was stored last may be sent again.
 * @throws ApiError not-found, user-imports/wrong-step
 */
export async function uploadPart(
  deps: ManageDeps,
  actor: AuthenticatedActor,
  { importId, number, text }: { readonly importId: string; readonly number: number; readonly text: string },
): Promise<void> {
  const key = { organizationId: actor.organizationId, importId };
  const content = encryptPart(deps, key, { number, text: text.slice(0, maxImportPartLength) });
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const one = await lockOwn(tx, actor, key);
    if (one.status !== "uploaded") throw wrongStep("The import was started already. Create another one.");
    if (number === one.parts && (await findPart(tx, key, number)) !== null) return;
    if (number !== one.parts + 1)
      throw wrongStep(`Part ${one.parts + 1} is the next one. Send the parts one after the other.`);
    await insertPart(tx, key, { number, content });
    await updateImport(tx, one, { parts: number });
  });
}

/**
 * Starts an import or a check, inside the caller's transaction.
 * @throws ApiError not-found, forbidden/permission, user-imports/wrong-step, request/invalid
 */
export async function startImport(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  actor: Actor,
  request: z.infer<typeof startUserImport.body> & { readonly importId: string },
): Promise<UserImportView> {
  const { importId, as: kind, dryRun = false, preset = null, columns } = request;
  requirePermission(actor, kind === "users" ? "users:create" : "users:invite");
  requireValidColumns(columns);
  const key = { organizationId: actor.organizationId, importId };
  const one = await lockOwn(tx, actor, key);
  if (one.status !== "uploaded" && one.status !== "checked")
    throw wrongStep("The import was started already. Wait until it has ended, or upload the file again.");
  if (one.parts === 0) throw wrongStep("No part of the file was uploaded yet. Upload it first.");
  const now = deps.clock.now();
  await deleteRows(tx, key);
  const started = await updateImport(tx, one, {
    status: dryRun ? "checking" : "running",
    kind,
    mapping: { preset, ...(columns === undefined ? {} : { columns }) },
    total: null,
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    generation: one.generation + 1,
    startedBy: toStarter(actor),
    startedAt: dryRun ? null : now,
  });
  await enqueueWork(deps, tx, started);
  if (!dryRun)
    await record(deps, tx, actor, [
      {
        action: "user-imports.started",
        target: toAuditTarget(one),
        changes: [{ field: "importKind", before: null, after: kind }],
      },
    ]);
  return viewImport(started, now);
}

function requireValidColumns(columns: Readonly<Record<string, string>> | undefined): void {
  if (columns === undefined) return;
  const fields = Object.values(columns);
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  const fault = !fields.includes("email")
    ? "Choose the column with the e-mail addresses."
    : twice === undefined
      ? null
      : `Choose one column for ${twice}.`;
  if (fault !== null)
    throw new ApiError("request/invalid", {
      detail: fault,
      errors: [{ path: "columns", code: "invalid/columns", detail: fault }],
    });
}

/**
 * Stops an import: what it created is kept. A file that waits is discarded.
 * @throws ApiError not-found, user-imports/wrong-step
 */
export async function cancelImport(
  deps: ManageDeps,
  actor: AuthenticatedActor,
  importId: string,
): Promise<void> {
  const key = { organizationId: actor.organizationId, importId };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const one = await lockImport(tx, key);
    if (one === null) throw notFound();
    const { status } = one;
    if (status === "cancelled") return;
    if (status === "checking") {
      await deleteRows(tx, key);
      const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
      await updateImport(tx, one, { status: "uploaded", total: null, ...counts });
      return;
    }
    if (!(status === "uploaded" || status === "checked" || status === "running"))
      throw wrongStep("The import has ended, or it is being undone.");
    const isRunning = status === "running";
    if (!isRunning) await deleteRows(tx, key);
    await deleteParts(tx, key);
    await updateImport(tx, one, { status: "cancelled", finishedAt: deps.clock.now() });
    if (isRunning)
      await record(deps, tx, actor, [
        {
          action: "user-imports.stopped",
          target: toAuditTarget(one),
          changes: [{ field: "rows", before: one.total, after: countDone(one) }],
        },
      ]);
  });
}

/**
 * Starts the undo of an import, or continues one that was interrupted.
 * @throws ApiError not-found, forbidden/permission, user-imports/not-undoable
 */
export async function startUndo(
  deps: Pick<Deps, "db" | "clock" | "ids" | "enqueue">,
  actor: AuthenticatedActor,
  importId: string,
): Promise<UserImportView> {
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const one = await lockUndoable(deps, tx, actor, importId);
    const started = await updateImport(tx, one, {
      status: "undoing",
      generation: one.generation + 1,
      startedBy: toStarter(actor),
    });
    await recordUndo(deps, tx, actor, one);
    await enqueueWork(deps, tx, started);
    return viewImport(started, deps.clock.now());
  });
}

/**
 * Locks an import that the actor may undo now.
 * @throws ApiError not-found, forbidden/permission, user-imports/not-undoable
 */
export async function lockUndoable(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  actor: Actor,
  importId: string,
): Promise<StoredImport> {
  const one = await lockImport(tx, { organizationId: actor.organizationId, importId });
  if (one === null) throw notFound();
  requirePermission(actor, undoPermission(one));
  if (findUndoEnd(one, clock.now()) !== null) return one;
  if (isWorking(one)) throw notUndoable("The import has not ended. Stop it first, or wait.");
  if (one.created === one.removed + one.kept) throw notUndoable("The import created nothing that is left.");
  throw notUndoable("An import can be undone for a day. Remove what it created one by one, or in the list.");
}

/** What an undo needs. */
export function undoPermission({ kind }: Pick<StoredImport, "kind">): "users:remove" | "invitations:revoke" {
  return kind === "invitations" ? "invitations:revoke" : "users:remove";
}

/** Records that an undo has started. */
export async function recordUndo(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  one: StoredImport,
): Promise<void> {
  const changes = [{ field: "rows", before: one.created - one.removed - one.kept, after: null }] as const;
  await record(deps, tx, actor, [{ action: "user-imports.undone", target: toAuditTarget(one), changes }]);
}

/** The import, if the actor has uploaded it: nobody else works with a file. */
async function lockOwn(tx: Tx, actor: Actor, key: ImportKey): Promise<StoredImport> {
  const one = await lockImport(tx, key);
  if (one === null || one.createdBy.type !== actor.type || one.createdBy.id !== actor.id) throw notFound();
  return one;
}

function toStarter({ type, id, name, origin }: Actor): ImportStarter {
  if (type === "system" || id === null) throw new Error("The worker acts for a user or an API key.");
  return { type, id, name, origin };
}

async function enqueueWork(
  { enqueue }: Pick<Deps, "enqueue">,
  tx: Tx,
  { organizationId, id: importId, generation }: StoredImport,
): Promise<void> {
  await enqueue(tx, [{ kind: "user-import", organizationId, importId, generation }]);
}
