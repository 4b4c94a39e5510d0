/** Records what an import on the command line creates, so that it can be undone. */
import type { ImportKind } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { type SystemActor, toActorReference } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { wrongStep } from "./import-errors.ts";
import { countOutcomes, type ImportRow, type RowResult } from "./import-row.ts";
import { findUndoEnd, toAuditTarget } from "./import-state.ts";
import { lockUndoable, recordUndo } from "./manage-imports.ts";
import { insertImport, listImports, lockImport, type StoredImport, updateImport } from "./queries.ts";
import { insertRows } from "./row-queries.ts";
import { undoNextRows } from "./undo-import.ts";

type JournalDeps = Pick<Deps, "db" | "clock" | "ids">;

/** The record of an import. */
export interface ImportJournal {
  readonly id: string;
  /** Adds rows in the transaction that wrote them. */
  readonly addRows: (tx: Tx, rows: readonly ImportRow[], results: readonly RowResult[]) => Promise<void>;
  /** The import has ended. */
  readonly close: () => Promise<void>;
}

/** Begins the record of an import of `total` rows, and its audit event. */
export async function createJournal(
  deps: JournalDeps,
  actor: SystemActor,
  { fileName, kind, total }: { readonly fileName: string; readonly kind: ImportKind; readonly total: number },
): Promise<ImportJournal> {
  const { organizationId } = actor;
  const [key, now] = [{ organizationId, importId: deps.ids.next() }, deps.clock.now()];
  await authorizeWrite(deps, actor, async (tx) => {
    await insertImport(tx, {
      organizationId,
      id: key.importId,
      fileName,
      status: "running",
      kind,
      createdBy: toActorReference(actor),
      createdAt: now,
      startedAt: now,
    });
    await updateImport(tx, await lock(tx), { total });
    await record(deps, tx, actor, [
      {
        action: "user-imports.started",
        target: toAuditTarget({ id: key.importId, fileName }),
        changes: [{ field: "importKind", before: null, after: kind }],
      },
    ]);
  });

  async function lock(tx: Tx): Promise<StoredImport> {
    const one = await lockImport(tx, key);
    if (one === null) throw notFound();
    if (one.status !== "running") throw wrongStep("This import was undone meanwhile. Run it again.");
    return one;
  }

  return {
    id: key.importId,
    addRows: async (tx, rows, results) => {
      const one = await lock(tx);
      await insertRows(tx, key, rows, results);
      const { created, updated, unchanged, refused } = countOutcomes(results);
      await updateImport(tx, one, {
        created: one.created + created,
        updated: one.updated + updated,
        unchanged: one.unchanged + unchanged,
        refused: one.refused + refused,
      });
    },
    close: () =>
      authorizeWrite(deps, actor, async (tx) => {
        await updateImport(tx, await lock(tx), { status: "done", finishedAt: deps.clock.now() });
      }),
  };
}

/** Imports that a list of undoable ones shows. */
const maxListed = 20;
/** Rows in one transaction. */
const batchSize = 1_000;

/** Imports that can be undone now, newest first. */
export async function listUndoable(
  { db, clock }: JournalDeps,
  { organizationId }: SystemActor,
): Promise<readonly StoredImport[]> {
  const all = await db.tenant(
    organizationId,
    (tx) => listImports(tx, { organizationId, after: null, limit: maxListed }),
    { readOnly: true },
  );
  return all.filter((one) => findUndoEnd(one, clock.now()) !== null);
}

/**
 * Undoes an import, or continues an undo that was killed. `onProgress` gets the number of users or invitations, and how many there are.
 * @throws ApiError not-found, user-imports/not-undoable
 */
export async function undoFromCommandLine(
  deps: JournalDeps,
  actor: SystemActor,
  importId: string,
  onProgress: (done: number, all: number) => void,
): Promise<StoredImport> {
  await authorizeWrite(deps, actor, async (tx) => {
    const one = await lockUndoable(deps, tx, actor, importId);
    // Another generation: a worker that runs the import stops.
    await updateImport(tx, one, { status: "undoing", generation: one.generation + 1 });
    await recordUndo(deps, tx, actor, one);
  });
  for (;;) {
    const one = await authorizeWrite(
      deps,
      actor,
      async (tx) => {
        const current = await lockImport(tx, { organizationId: actor.organizationId, importId });
        if (current === null) throw notFound();
        return current.status === "undoing" ? undoNextRows(deps, tx, actor, current, batchSize) : current;
      },
      { timeouts: "background" },
    );
    onProgress(one.removed + one.kept, one.created);
    if (one.status !== "undoing") return one;
  }
}
