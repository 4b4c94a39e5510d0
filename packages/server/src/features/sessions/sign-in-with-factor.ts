/** The second step of a sign-in. */
import type { SecondFactorProof } from "@gatehouse/sdk/contract";
import type { AccountActor, RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { lockAuthenticating, type StoredAccount } from "../accounts/index.ts";
import { toSecondFactorScope, wrongPasskey } from "../passkeys/index.ts";
import {
  acceptFactor,
  challengeEnded,
  countWrongTry,
  deleteChallenge,
  findChallengeAccount,
  lockChallenge,
  type PreparedProof,
  prepareProof,
  wrongSignInCode,
} from "../second-factors/index.ts";
import { selectAttemptBuckets } from "./attempt-buckets.ts";
import { completeSignIn, type SignInResult } from "./complete-sign-in.ts";
import { noteUsedRecoveryCode } from "./note-used-recovery-code.ts";
import { listAddresses, type SessionMethod } from "./queries.ts";
import { recordFailedSignIn } from "./record-account-events.ts";
import { addAttempt, type Bucket, requireWithinLimit, undoAttempt } from "./throttle.ts";

type FactorDeps = Pick<Deps, "db" | "clock" | "config" | "ids" | "secrets" | "enqueue" | "log">;

/** What proves the second factor, and what the browser has. */
export interface SecondFactorRequest {
  readonly proof: SecondFactorProof;
  readonly challengeToken: string | null;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
  readonly current: AccountActor | null;
}

/**
 * Completes a sign-in that waits for the second factor. Wrong tries count for the challenge and for the account; the tries
 * of one challenge come one after the other.
 * @throws ApiError auth/challenge-ended, auth/wrong-code, sessions/suspended, throttled
 */
export async function signInWithFactor(
  deps: FactorDeps,
  request: SecondFactorRequest,
): Promise<SignInResult> {
  const { challengeToken: token, origin } = request;
  if (token === null) throw challengeEnded();
  // After the password, having the device is the second factor: it needn't verify the person.
  const passkey = { scope: toSecondFactorScope(token), requiresVerification: false };
  const proof = await prepareProof(deps, request.proof, passkey);
  const prepared = { ...request, proof };
  const { outcome, failed } = await deps.db.shared((tx) => attempt(deps, tx, token, prepared), {
    system: "password and second factor authenticate the request",
  });
  if (failed !== null) recordFailedSignIn(deps, failed, { origin, method: getProofMethod(request.proof) });
  if (outcome instanceof ApiError) throw outcome;
  return outcome;
}

/** A request whose passkey, if it has one, was verified. */
interface PreparedRequest extends Omit<SecondFactorRequest, "proof"> {
  readonly proof: PreparedProof;
}

/** What was entered. */
export function getProofMethod(proof: SecondFactorProof): SessionMethod {
  if ("credential" in proof) return "passkey";
  return "code" in proof ? "totp" : "recovery-code";
}

/** Errors are returned, so that the counts are committed. */
interface Attempted {
  readonly outcome: SignInResult | ApiError;
  /** The account of a wrong try. */
  readonly failed: StoredAccount | null;
}

async function attempt(
  deps: FactorDeps,
  tx: Tx,
  token: string,
  request: PreparedRequest,
): Promise<Attempted> {
  const now = deps.clock.now();
  const accountId = await findChallengeAccount(tx, token, now);
  const account = accountId === null ? null : await lockAuthenticating(tx, { id: accountId });
  if (account === null || !(await lockChallenge(tx, token, now)))
    return { outcome: challengeEnded(), failed: null };
  const buckets = await countTry(deps, tx, account, request);
  const accepted = await acceptFactor(deps, tx, account.id, request.proof);
  if (accepted === null) {
    const left = await countWrongTry(tx, token);
    const error = "passkeyUse" in request.proof ? wrongPasskey({ triesLeft: left }) : wrongSignInCode(left);
    return { outcome: left === 0 ? challengeEnded() : error, failed: account };
  }
  await deleteChallenge(tx, token);
  await undoAttempt(tx, buckets, { reset: true });
  const outcome = await completeSignIn(deps, tx, account, {
    ...request,
    method: accepted.method,
    twoFactor: true,
  });
  if (accepted.method === "recovery-code")
    await noteUsedRecoveryCode(deps, tx, { ...accepted, account, sessionId: null, origin: request.origin });
  return { outcome, failed: null };
}

/** An account has fewer tries than with a password: a code has only a million values. */
const accountLimit = 20;

/** @throws ApiError throttled */
async function countTry(
  deps: FactorDeps,
  tx: Tx,
  account: StoredAccount,
  request: PreparedRequest,
): Promise<readonly Bucket[]> {
  const now = deps.clock.now();
  const addresses = await listAddresses(tx, { accountId: account.id, now });
  const source = { kind: "second factor", email: account.email, owner: account, addresses } as const;
  const { own } = selectAttemptBuckets(deps.secrets, { ...request, ...source, accountLimit });
  await requireWithinLimit(tx, own, now);
  await addAttempt(tx, own, now);
  return own;
}
