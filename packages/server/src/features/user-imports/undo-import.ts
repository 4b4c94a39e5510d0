/** Removes what an import created, except what was changed or used since. */
import type { Actor } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { firstVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { revokeInvitations } from "../invitations/index.ts";
import { type RemovalCandidate, removeManyUsers } from "../users/index.ts";
import type { Refusal } from "./import-row.ts";
import { type StoredImport, updateImport } from "./queries.ts";
import {
  type CreatedRow,
  listCreatedRows,
  removeAccounts,
  storeUndoneRows,
  type UndoneRow,
} from "./row-queries.ts";

/**
 * Undoes the next rows inside the caller's transaction, which has locked the import, and returns it: `undone` when none are left. What
 * somebody has removed already counts as removed.
 */
export async function undoNextRows(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  one: StoredImport,
  limit: number,
): Promise<StoredImport> {
  const { organizationId, id: importId } = one;
  const key = { organizationId, importId };
  const rows = await listCreatedRows(tx, key, limit);
  const undone =
    one.kind === "invitations"
      ? await undoInvitations(deps, tx, actor, rows)
      : await undoUsers(deps, tx, actor, { one, rows });
  await storeUndoneRows(tx, key, undone);
  const kept = undone.filter(({ outcome }) => outcome === "kept").length;
  return updateImport(tx, one, {
    removed: one.removed + undone.length - kept,
    kept: one.kept + kept,
    ...(rows.length < limit ? ({ status: "undone" } as const) : {}),
    ...(one.finishedAt === null ? { finishedAt: deps.clock.now() } : {}),
  });
}

async function undoUsers(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  { one, rows }: { readonly one: StoredImport; readonly rows: readonly CreatedRow[] },
): Promise<readonly UndoneRow[]> {
  const { organizationId, id: importId } = one;
  const kept = await removeManyUsers(deps, tx, actor, {
    userIds: rows.map(({ subjectId }) => subjectId),
    since: one.startedAt ?? one.createdAt,
    findReason: findUserChange,
  });
  const removed = rows.filter(({ subjectId }) => !kept.has(subjectId));
  await removeAccounts(
    tx,
    { organizationId, importId },
    removed.flatMap(({ accountId }) => accountId ?? []),
  );
  return rows.map(({ line, subjectId }) => toUndone(line, kept.get(subjectId) ?? null));
}

function findUserChange({ version, hasSignedIn }: RemovalCandidate): Refusal | null {
  if (hasSignedIn) return signedInSince;
  return version === firstVersion ? null : changedSince;
}

async function undoInvitations(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  rows: readonly CreatedRow[],
): Promise<readonly UndoneRow[]> {
  const selections = await revokeInvitations(
    deps,
    tx,
    actor,
    rows.map(({ subjectId }) => subjectId),
    ({ generation }) => (generation === 1 ? null : sentAgainSince),
  );
  const kept = new Map(
    selections.flatMap(({ invitationId, error }) => {
      // Nothing is left of an invitation that is gone or was revoked.
      if (error === null || error.code === "not-found" || error.details.params?.["status"] === "revoked")
        return [];
      return [[invitationId, { code: error.code, detail: error.details.detail }] as const];
    }),
  );
  return rows.map(({ line, subjectId }) => toUndone(line, kept.get(subjectId) ?? null));
}

function toUndone(line: number, reason: Refusal | null): UndoneRow {
  return reason === null ? { line, outcome: "removed" } : { line, outcome: "kept", ...reason };
}

const signedInSince: Refusal = {
  code: "user-imports/signed-in-since",
  detail: "This person has signed in since the import. Remove the user in the list, if they should go.",
};

const sentAgainSince = new ApiError("user-imports/changed-since", {
  detail:
    "The invitation was sent again or changed since the import. Revoke it in the list, if it should go.",
});

const changedSince: Refusal = {
  code: "user-imports/changed-since",
  detail: "The user was changed since the import. Remove them in the list, if they should go.",
};
