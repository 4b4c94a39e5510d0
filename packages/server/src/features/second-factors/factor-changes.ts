/** What every change of an account's second factors does beside the change itself. */
import type { AccountActor, RequestOrigin } from "../../auth/actor.ts";
import { authenticationRequired } from "../../auth/authenticate-request.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { SecondFactorChange } from "../../jobs/queues.ts";
import { type LockedAccount, lockAccount } from "../accounts/index.ts";
import {
  endOtherSessions,
  enqueueNotice,
  markAuthenticated,
  recordInEveryOrganization,
} from "../sessions/index.ts";
import { deleteChallenges } from "./challenges.ts";
import { findSecondFactors, hasSecondFactor } from "./find-second-factors.ts";
import { deleteRecoveryCodes, replaceRecoveryCodes } from "./recovery-codes.ts";

type ChangeDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "enqueue">;

/** The session that changes the second factors of its account. */
export interface FactorOwner {
  /** As it was before the change. */
  readonly account: LockedAccount;
  readonly sessionId: string;
  readonly origin: RequestOrigin;
}

/** Runs a change of an account's second factors with the account locked, so that they come one after the other. */
export async function changeFactors<T>(
  deps: ChangeDeps,
  actor: AccountActor,
  change: (tx: Tx, owner: FactorOwner) => Promise<T>,
): Promise<T> {
  return authorizeAccountWrite(deps, actor, async (tx, { accountId, sessionId, origin }) => {
    const account = await lockAccount(tx, accountId);
    if (account === null) throw authenticationRequired();
    return change(tx, { account, sessionId, origin });
  });
}

/**
 * Call it after a factor was added; it must be the last step. With the first factor the account's other sessions end, because
 * they haven't passed it, and the recovery codes are returned that are shown once.
 */
export async function finishAdding(
  deps: ChangeDeps,
  tx: Tx,
  { account, sessionId, origin }: FactorOwner,
  change: Extract<SecondFactorChange, { kind: "totp-added" | "totp-replaced" | "passkey-added" }>,
): Promise<{ readonly recoveryCodes?: string[] }> {
  const isFirst = !account.twoFactor;
  const recoveryCodes = isFirst ? await replaceRecoveryCodes(deps, tx, account.id) : null;
  const ended = isFirst ? await endOtherSessions(tx, account.id, sessionId) : 0;
  const now = deps.clock.now();
  await markAuthenticated(tx, { accountId: account.id, sessionId, twoFactor: true, now });
  await tell(deps, tx, { account, sessionId, origin }, { change, ended });
  return recoveryCodes === null ? {} : { recoveryCodes };
}

/** Call it after a factor was removed; it must be the last step. Without the last one, recovery codes are worth nothing. */
export async function finishRemoving(
  deps: ChangeDeps,
  tx: Tx,
  owner: FactorOwner,
  change: Extract<SecondFactorChange, { kind: "totp-removed" | "passkey-removed" }>,
): Promise<void> {
  const { account } = owner;
  if (!hasSecondFactor(await findSecondFactors(tx, account.id))) {
    await deleteRecoveryCodes(tx, account.id);
    await deleteChallenges(tx, account.id);
  }
  await tell(deps, tx, owner, { change, ended: 0 });
}

/** What the person and the organizations are told. */
export interface ToldChange {
  readonly change: Exclude<SecondFactorChange, { kind: "recovery-code-used" | "removed-for-you" }>;
  /** How many sessions ended. */
  readonly ended: number;
}

/** Tells the person by email, and records the change in their organizations: it must be the last step. */
export async function tell(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  { account, sessionId, origin }: FactorOwner,
  { change, ended }: ToldChange,
): Promise<void> {
  await enqueueNotice(deps, tx, { ...account, sessionId }, { type: "second-factor", change });
  const names = "name" in change ? nameChanges(change) : [];
  const sessions = ended === 0 ? [] : [{ field: "sessions", before: ended, after: 0 } as const];
  await recordInEveryOrganization(deps, tx, {
    account,
    origin,
    action: `accounts.${change.kind}`,
    sessionId: null,
    changes: [...names, ...sessions],
  });
}

function nameChanges({ kind, name }: Extract<SecondFactorChange, { name: string }>) {
  const [before, after] = kind === "passkey-added" ? [null, name] : [name, null];
  return [{ field: "passkey", before, after } as const];
}
