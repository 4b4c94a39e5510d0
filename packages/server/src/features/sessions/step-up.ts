/** Fresh authentication: some requests need one of the last ten minutes in this session ("step-up"). */
import type { SecondFactorProof } from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../auth/actor.ts";
import { authenticationRequired } from "../../auth/authenticate-request.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { findAccountByEmail, lockAuthenticating } from "../accounts/index.ts";
import { toSessionScope, wrongPasskeyInSession } from "../passkeys/index.ts";
import {
  acceptFactor,
  findSecondFactors,
  hasSecondFactor,
  listFactorMethods,
  prepareProof,
  wrongCode,
} from "../second-factors/index.ts";
import { noteUsedRecoveryCode } from "./note-used-recovery-code.ts";
import { findAuthentication, markAuthenticated } from "./queries.ts";
import { insertSignIn } from "./sign-in-history.ts";
import { getProofMethod } from "./sign-in-with-factor.ts";
import { addAttempt, requireWithinLimit, undoAttempt } from "./throttle.ts";
import { verifyOwnPassword, wrongPassword } from "./verify-own-password.ts";
import { countWrongConfirmation } from "./wrong-confirmations.ts";

type StepUpDeps = Pick<Deps, "db" | "clock" | "config" | "ids" | "secrets" | "passwords" | "enqueue">;

/** What the person enters: the password, or the second factor of an account that has one. */
export type StepUpProof = { readonly password: string } | SecondFactorProof;

/** How long an authentication counts as fresh. */
const freshMs = 10 * 60_000;

/** How far the clocks of several servers may differ. A time further ahead is of a clock that was set back since: nobody knows its age. */
const clockSkewMs = 60_000;

/**
 * Authenticates again in the session. An account with a second factor has to use it.
 * @throws ApiError auth/step-up with the methods that the account has, passwords/wrong, second-factors/wrong-code, throttled,
 *   busy, auth/required
 */
export async function stepUp(deps: StepUpDeps, account: AccountActor, proof: StepUpProof): Promise<void> {
  return "password" in proof
    ? stepUpWithPassword(deps, account, proof.password)
    : stepUpWithFactor(deps, account, proof);
}

async function stepUpWithPassword(deps: StepUpDeps, actor: AccountActor, password: string): Promise<void> {
  const stored = await deps.db.shared((tx) => findAccountByEmail(tx, actor.email), { readOnly: true });
  if (stored === null) throw wrongPassword("password");
  if (stored.twoFactor)
    throw await deps.db.shared((tx) => stepUpRequired(tx, actor.accountId), { readOnly: true });
  await verifyOwnPassword(deps, actor, { passwordHash: stored.passwordHash, password, path: "password" });
  await authorizeAccountWrite(deps, actor, async (tx, { accountId, sessionId }) => {
    const current = await lockAuthenticating(tx, stored);
    if (current === null) throw wrongPassword("password");
    if (current.twoFactor) throw await stepUpRequired(tx, accountId);
    await markAuthenticated(tx, { accountId, sessionId, twoFactor: false, now: deps.clock.now() });
  });
}

/** Wrong codes are counted for the session, so that those of another one don't shut the person out; ten in a row end it. */
async function stepUpWithFactor(
  deps: StepUpDeps,
  actor: AccountActor,
  proof: SecondFactorProof,
): Promise<void> {
  const buckets = [{ name: `second factor session ${actor.sessionId}`, limit: 10, resetsOnSuccess: true }];
  const prepared = await prepareProof(deps, proof, {
    scope: toSessionScope("step-up", actor),
    requiresVerification: true,
  });
  const error = await authorizeAccountWrite(deps, actor, async (tx, { accountId, sessionId, origin }) => {
    const now = deps.clock.now();
    const account = await lockAuthenticating(tx, { id: accountId });
    if (account === null) throw authenticationRequired();
    if (!account.twoFactor) throw await stepUpRequired(tx, accountId);
    await requireWithinLimit(tx, buckets, now);
    await addAttempt(tx, buckets, now);
    const accepted = await acceptFactor(deps, tx, accountId, prepared);
    if (accepted === null) {
      await insertSignIn(deps, tx, { accountId, method: getProofMethod(proof), outcome: "failure", origin });
      // Returned, so that the count is committed.
      return (await countWrongConfirmation(deps, tx, { account, sessionId, origin })) ?? wrongProof(proof);
    }
    await undoAttempt(tx, buckets, { reset: true });
    await markAuthenticated(tx, { accountId, sessionId, twoFactor: true, now });
    if (accepted.method === "recovery-code")
      await noteUsedRecoveryCode(deps, tx, { ...accepted, account, sessionId, origin });
    return null;
  });
  if (error !== null) throw error;
}

function wrongProof(proof: SecondFactorProof): ApiError {
  if ("credential" in proof) return wrongPasskeyInSession();
  return wrongCode("code" in proof ? "code" : "recoveryCode");
}

/**
 * Requires that the person authenticated in this session within the last ten minutes, with the second factor if the account
 * has one.
 * @throws ApiError auth/step-up with the methods that the account has
 */
export async function requireFreshAuthentication(
  tx: Tx,
  { accountId, sessionId }: Pick<AccountActor, "accountId" | "sessionId">,
  now: Date,
): Promise<void> {
  const found = await findAuthentication(tx, accountId, sessionId);
  const age = found === null ? Number.POSITIVE_INFINITY : now.getTime() - found.at.getTime();
  const isFresh = age < freshMs && age >= -clockSkewMs;
  if (isFresh && (found?.twoFactor === true || found?.hasSecondFactor === false)) return;
  throw await stepUpRequired(tx, accountId);
}

async function stepUpRequired(tx: Tx, accountId: string): Promise<ApiError> {
  const factors = await findSecondFactors(tx, accountId);
  return hasSecondFactor(factors)
    ? new ApiError("auth/step-up", {
        detail: "Confirm that it is you: use your second factor, then try again.",
        params: { methods: listFactorMethods(factors) },
      })
    : new ApiError("auth/step-up", {
        detail: "Confirm that it is you: enter your password, then try again.",
        params: { methods: ["password"] },
      });
}
