/** Imports a batch of rows as users: creates them, or changes those that exist to what the rows say. */
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor, SystemActor } from "../../auth/actor.ts";
import { authorizeRead, authorizeWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { isForeignKeyViolation, isUniqueViolation } from "../../db/errors.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { addSignIns, insertAccounts } from "../accounts/index.ts";
import { editManyUsers, insertUsers, mapDatabaseError, toAuditEntries } from "../users/index.ts";
import {
  type ImportOptions,
  type ImportRow,
  type RefusedRow,
  type RowResult,
  type ValidatedRows,
  type ValidRow,
  validateRows,
} from "./import-row.ts";
import { planUsers, type RowPlan } from "./plan-users.ts";

type ImportDeps = Pick<Deps, "db" | "clock" | "ids">;

/** Attempts when others create or change the same users at the same moment. */
const maxAttempts = 3;

/**
 * Imports up to about a thousand rows in one transaction, with their audit events. A refused row doesn't affect the others. The
 * same rows again change nothing. With `isDryRun` nothing is written, and the results are the same.
 * @throws ApiError when the actor's permissions were revoked, or others keep changing the same users
 */
export async function importUsers(
  deps: ImportDeps,
  actor: AuthenticatedActor | SystemActor,
  rows: readonly ImportRow[],
  { isDryRun, seen = new Set(), onWritten }: ImportOptions,
): Promise<readonly RowResult[]> {
  const validated = validateRows(rows, seen);
  if (isDryRun)
    return authorizeRead(deps, actor, (tx, current) =>
      importUserRows(deps, tx, current, { validated, isDryRun }),
    );
  return retryWhenChanged(() =>
    authorizeWrite(
      deps,
      actor,
      async (tx, current) => {
        const results = await importUserRows(deps, tx, current, { validated, isDryRun });
        await onWritten?.(tx, results);
        return results;
      },
      { timeouts: "background" },
    ),
  );
}

/** Imports validated rows inside the caller's transaction; in a dry run nothing is written. */
export async function importUserRows(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  { validated, isDryRun }: ValidatedRows,
): Promise<readonly RowResult[]> {
  const plans = await planRows(deps, tx, actor, validated);
  if (!isDryRun) await writePlans(deps, tx, actor, plans);
  return plans.map((plan) => toResult(plan, isDryRun));
}

/**
 * Runs a transaction again when others created or changed the same users at the same moment.
 * @throws ApiError when they keep doing so
 */
export async function retryWhenChanged<T>(write: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isChangedMeanwhile(error) || attempts === maxAttempts) throw mapDatabaseError(error);
    }
  }
}

async function planRows(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  validated: readonly (ValidRow | RefusedRow)[],
): Promise<readonly RowPlan[]> {
  const valid = validated.filter((row): row is ValidRow => !("refusal" in row));
  const plans = new Map((await planUsers(deps, tx, actor, valid)).map((plan) => [plan.line, plan]));
  return validated.map((row) => ("refusal" in row ? row : (plans.get(row.line) ?? missing(row.line))));
}

function missing(line: number): never {
  throw new Error(`Line ${line} was not planned.`);
}

async function writePlans(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  plans: readonly RowPlan[],
): Promise<void> {
  const created = plans.filter((plan) => "user" in plan);
  const edited = plans.filter((plan) => "edit" in plan);
  await insertAccounts(
    tx,
    created.flatMap(({ account }) => account ?? []),
  );
  if (created.length > 0)
    await insertUsers(
      tx,
      actor.organizationId,
      created.map(({ user }) => user),
    );
  await record(
    deps,
    tx,
    actor,
    created.map(({ user, roleNames }) => ({
      action: "users.created",
      target: { type: "user", id: user.id, name: user.name },
      changes: [
        { field: "email", before: null, after: user.email },
        ...(user.externalId == null
          ? []
          : [{ field: "externalId", before: null, after: user.externalId } as const]),
        ...(user.status === "suspended"
          ? [{ field: "status", before: null, after: user.status } as const]
          : []),
        { field: "roles", before: null, after: roleNames },
      ],
    })),
  );
  await addSignIns(
    tx,
    edited.flatMap(({ signIn }) => signIn ?? []),
  );
  await editManyUsers(
    deps,
    tx,
    actor,
    edited.map(({ edit }) => edit),
  );
}

function toResult(plan: RowPlan, isDryRun: boolean): RowResult {
  const { line, email } = plan;
  if ("refusal" in plan) return { line, email, outcome: "refused", refusal: plan.refusal };
  if ("user" in plan) {
    const { user, account } = plan;
    const created = account?.email == null ? {} : { accountId: account.id };
    return { line, email, outcome: "created", ...(isDryRun ? {} : { createdId: user.id, ...created }) };
  }
  const isChanged = plan.signIn !== null || toAuditEntries(plan.edit).length > 0;
  return { line, email, outcome: isChanged ? "updated" : "unchanged" };
}

/** Whether another transaction created or changed one of the users, or deleted one of the roles, after they were read. */
function isChangedMeanwhile(error: unknown): boolean {
  return (
    (error instanceof ApiError && error.code === "precondition/failed") ||
    ["users_email_key", "users_external_id_key", "users_account_key", "accounts_email_key"].some((index) =>
      isUniqueViolation(error, index),
    ) ||
    isForeignKeyViolation(error, "user_roles_organization_id_role_id_fkey")
  );
}
