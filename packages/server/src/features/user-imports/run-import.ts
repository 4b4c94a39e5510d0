/** Runs an import or a check in the worker, a batch of rows in each transaction, with the permissions of who started it. */
import { setTimeout as wait } from "node:timers/promises";
import { can } from "@gatehouse/access";
import { maxImportRows } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { type Authority, findAuthority, requireUnchangedAuthority } from "../../auth/authority.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ReadingFailed } from "../../errors/reading-failed.ts";
import type { UserImportMessage } from "../../jobs/queues.ts";
import { checkRecords } from "./check-records.ts";
import { fileLost, retriesExhausted, starterLostAccess, tooManyRows } from "./import-errors.ts";
import { FileLost, readRecords, toBatches } from "./import-file.ts";
import { checkInvitedRows, inviteRows } from "./import-invitations.ts";
import {
  countOutcomes,
  type ImportRow,
  type Refusal,
  type RowResult,
  type ValidatedRows,
  validateRows,
} from "./import-row.ts";
import { countDone, isWorking } from "./import-state.ts";
import { importUserRows, retryWhenChanged } from "./import-users.ts";
import { undoPermission } from "./manage-imports.ts";
import type { Mapping } from "./map-record.ts";
import { deleteParts, findImport, lockImport, type StoredImport, updateImport } from "./queries.ts";
import { insertRows } from "./row-queries.ts";
import { undoNextRows } from "./undo-import.ts";

type RunDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue" | "mailer" | "secrets">;

/** After this time, in milliseconds, a new message continues the import: shutdown isn't delayed, and jobs alternate. */
const maxRunMs = 5_000;
/** Rows in one transaction. The embedded database runs one transaction at a time, and requests must not wait for long. */
const batchSizes = { postgres: 1_000, embedded: 50 } as const;
/** Pause between transactions, in milliseconds, for requests that need more than one transaction. Embedded only. */
const pauseMs = 5;

const asWorker = {
  system: "the worker imports with the permissions of who started it",
  timeouts: "background",
} as const;

/**
 * Runs an import, a check or an undo until it ends or the time is up. Each transaction has a batch of rows, their audit events and
 * results, and the progress: another worker continues after a crash, and no row is imported twice. A message of an older generation is
 * ignored.
 */
export async function runUserImport(deps: RunDeps, message: UserImportMessage): Promise<void> {
  const end = deps.clock.now().getTime() + maxRunMs;
  const one = await deps.db.tenant(message.organizationId, (tx) => findImport(tx, message), {
    readOnly: true,
  });
  if (!isCurrent(one, message)) return;
  try {
    if (one.status === "undoing") await runUndo(deps, message, end);
    else await runRows(deps, message, { one, end });
  } catch (error) {
    const failure = toFailure(error);
    if (failure === null) throw error;
    await fail(deps, message, failure);
  }
}

function isCurrent(one: StoredImport | null, { generation }: UserImportMessage): one is StoredImport {
  return one !== null && one.generation === generation && isWorking(one);
}

function toFailure(error: unknown): Refusal | null {
  if (error instanceof ReadingFailed) return { code: "user-imports/unreadable", detail: error.message };
  if (error instanceof FileLost) return fileLost;
  return error instanceof WorkRefused ? error.refusal : null;
}

/** Ends an import that can't continue. What was imported is kept. */
class WorkRefused extends Error {
  override readonly name = "WorkRefused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

async function fail(
  deps: Pick<Deps, "db" | "clock">,
  message: UserImportMessage,
  { code, detail }: Refusal,
): Promise<void> {
  await deps.db.tenant(
    message.organizationId,
    async (tx) => {
      const one = await lockImport(tx, message);
      if (!isCurrent(one, message)) return;
      await deleteParts(tx, message);
      const finishedAt = one.finishedAt ?? deps.clock.now();
      await updateImport(tx, one, { status: "failed", failureCode: code, failureDetail: detail, finishedAt });
    },
    { system: "ends a failed import" },
  );
}

/** Sets an import to failed after its last attempt failed or was interrupted. Otherwise it would stay running. */
export function onImportRetriesExhausted(
  deps: Pick<Deps, "db" | "clock">,
  message: UserImportMessage,
): Promise<void> {
  return fail(deps, message, retriesExhausted);
}

async function runRows(
  deps: RunDeps,
  message: UserImportMessage,
  { one, end }: { readonly one: StoredImport; readonly end: number },
): Promise<void> {
  const { preset = null, columns } = one.mapping;
  const mapping: Mapping = { preset, columns, ignoresPasswords: true };
  if (one.total === null && !(await countRows(deps, message, one, mapping))) return;
  const before = countDone(one);
  const seen = new Set<string>();
  let offset = 0;
  for await (const rows of toBatches(readRecords(deps, one), mapping, batchSizes[deps.db.engine])) {
    // Rows that were imported before are validated, too: a later row must not repeat their addresses.
    const validated = validateRows(rows, seen);
    const skipped = Math.min(Math.max(before - offset, 0), rows.length);
    offset += rows.length;
    if (skipped === rows.length) continue;
    const batch = {
      rows: rows.slice(skipped),
      validated: validated.slice(skipped),
      offset: offset - rows.length + skipped,
      isTimeUp: deps.clock.now().getTime() >= end,
    };
    if (!(await retryWhenChanged(() => writeBatch(deps, message, batch)))) return;
    if (deps.db.engine === "embedded") await wait(pauseMs);
  }
}

/** Reads the file to its end before anything is written. False when there is nothing more to do. */
async function countRows(
  deps: RunDeps,
  message: UserImportMessage,
  one: StoredImport,
  mapping: Mapping,
): Promise<boolean> {
  const { rowCount: total } = await checkRecords((onTitles) => readRecords(deps, one, onTitles), mapping);
  if (total > maxImportRows) throw new WorkRefused(tooManyRows);
  return deps.db.tenant(
    message.organizationId,
    async (tx) => {
      const current = await lockImport(tx, message);
      if (!isCurrent(current, message)) return false;
      await updateImport(tx, current, { total, ...(total === 0 ? endOf(deps, current) : {}) });
      return total > 0;
    },
    { system: "counts the rows of an import" },
  );
}

function endOf({ clock }: Pick<Deps, "clock">, { status }: StoredImport) {
  return status === "checking"
    ? ({ status: "checked" } as const)
    : ({ status: "done", finishedAt: clock.now() } as const);
}

interface Batch {
  readonly rows: readonly ImportRow[];
  readonly validated: ValidatedRows["validated"];
  /** Rows of the file before it. */
  readonly offset: number;
  readonly isTimeUp: boolean;
}

/** Imports the next rows. False when this message has nothing left to do. */
function writeBatch(
  deps: RunDeps,
  message: UserImportMessage,
  { rows, validated, offset, isTimeUp }: Batch,
): Promise<boolean> {
  return deps.db.tenant(
    message.organizationId,
    async (tx) => {
      const one = await lockImport(tx, message);
      if (!isCurrent(one, message) || countDone(one) !== offset) return false;
      const { actor, authority } = await requireStarter(deps, tx, one);
      const isDryRun = one.status === "checking";
      const results = await importRows(deps, tx, actor, { one, validated, isDryRun });
      await insertRows(tx, message, rows, results);
      const counts = countOutcomes(results);
      const isEnd = one.total !== null && offset + rows.length >= one.total;
      if (isEnd && !isDryRun) await deleteParts(tx, message);
      const after = await updateImport(tx, one, {
        created: one.created + counts.created,
        updated: one.updated + counts.updated,
        unchanged: one.unchanged + counts.unchanged,
        refused: one.refused + counts.refused,
        ...(isEnd ? endOf(deps, one) : isTimeUp ? { generation: one.generation + 1 } : {}),
      });
      if (isTimeUp && !isEnd) await deps.enqueue(tx, [{ ...message, generation: after.generation }]);
      requireUnchangedAuthority(tx, authority, deps.clock.now());
      return !isEnd && !isTimeUp;
    },
    asWorker,
  );
}

function importRows(
  deps: RunDeps,
  tx: Tx,
  actor: Actor,
  { one, ...rows }: ValidatedRows & { readonly one: StoredImport },
): Promise<readonly RowResult[]> {
  if (one.kind === "users") return importUserRows(deps, tx, actor, rows);
  return rows.isDryRun
    ? checkInvitedRows(deps, tx, actor, rows.validated)
    : inviteRows(deps, tx, actor, rows.validated);
}

/** Who started the work, with their permissions of now. */
async function requireStarter(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  one: StoredImport,
): Promise<{ readonly actor: Actor; readonly authority: Authority }> {
  const { organizationId, startedBy, status, kind } = one;
  const found = startedBy === null ? null : await findAuthority(tx, organizationId, startedBy, clock.now());
  const needed =
    status === "undoing" ? undoPermission(one) : kind === "users" ? "users:create" : "users:invite";
  if (startedBy === null || found === null || !can(found, needed)) throw new WorkRefused(starterLostAccess);
  const { authority, catalogue, permissions, permissionEnds } = found;
  const ownUserId = authority.userId;
  const actor: Actor = {
    ...{ ...startedBy, organizationId, ownUserId, catalogue, permissions, permissionEnds },
    ...{ accountId: null, sessionId: null, language: "en" },
  };
  return { actor, authority };
}

async function runUndo(deps: RunDeps, message: UserImportMessage, end: number): Promise<void> {
  for (let hasMore = true; hasMore; ) {
    const isTimeUp = deps.clock.now().getTime() >= end;
    hasMore = await deps.db.tenant(
      message.organizationId,
      async (tx) => {
        const one = await lockImport(tx, message);
        if (!isCurrent(one, message)) return false;
        const { actor, authority } = await requireStarter(deps, tx, one);
        const after = await undoNextRows(deps, tx, actor, one, batchSizes[deps.db.engine]);
        requireUnchangedAuthority(tx, authority, deps.clock.now());
        if (after.status !== "undoing") return false;
        if (!isTimeUp) return true;
        await updateImport(tx, after, { generation: after.generation + 1 });
        await deps.enqueue(tx, [{ ...message, generation: after.generation + 1 }]);
        return false;
      },
      asWorker,
    );
    if (deps.db.engine === "embedded") await wait(pauseMs);
  }
}
