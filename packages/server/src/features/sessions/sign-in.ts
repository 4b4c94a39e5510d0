import { parseEmail, type SecondFactorMethod } from "@gatehouse/sdk/contract";
import type { AccountActor, RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { nilUuid } from "../../ports/ids.ts";
import {
  findAccountByEmail,
  listForeignHashes,
  lockAuthenticating,
  replaceForeignHash,
  type StoredAccount,
} from "../accounts/index.ts";
import {
  createChallenge,
  findSecondFactors,
  listFactorMethods,
  type OpenedChallenge,
} from "../second-factors/index.ts";
import { type AttemptBuckets, createPasswordBucket, selectAttemptBuckets } from "./attempt-buckets.ts";
import { completeSignIn, type SignInResult } from "./complete-sign-in.ts";
import { listAddresses } from "./queries.ts";
import { recordFailedSignIn } from "./record-account-events.ts";
import { insertSignIn } from "./sign-in-history.ts";
import { addAttempt, requireWithinLimit, throttleAccess, undoAttempt } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "enqueue" | "log">;

/** The credentials, and what the browser has. */
export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
  readonly current: AccountActor | null;
  /** Of an earlier sign-in that waits for the second factor: the new one replaces it. */
  readonly challengeToken: string | null;
}

/** The password was right, and the second factor is missing. */
interface PendingSignIn {
  readonly challenge: OpenedChallenge;
  readonly methods: SecondFactorMethod[];
}

/**
 * Signs in, or begins to where the account has a second factor. An unknown address runs the same statements and does the same
 * hashing as a wrong password, also as one of an imported account, and gets the same response.
 * @throws ApiError auth/wrong-credentials, sessions/suspended, throttled, busy
 */
export async function signIn(
  deps: SignInDeps,
  request: SignInRequest,
): Promise<SignInResult | PendingSignIn> {
  const parsed = parseEmail(request.email);
  const email = parsed.ok ? parsed.email : request.email.trim().toLowerCase();
  const attempt = await startAttempt(deps, email, request);
  const { account } = attempt;
  const { isRight, rehashed } = await verifyPassword(deps, attempt, request.password);
  if (!isRight || account === null) {
    await countFailure(deps, attempt);
    if (account !== null) recordFailedSignIn(deps, account, { origin: request.origin, method: "password" });
    throw wrongCredentials();
  }
  const outcome = await deps.db.shared(
    async (tx) => {
      const current =
        rehashed === null
          ? await lockAuthenticating(tx, account)
          : await replaceForeignHash(tx, account, rehashed);
      if (current === null) return rehashed === null ? wrongCredentials() : null;
      await undoAttempt(tx, attempt.own, { reset: true });
      return current.twoFactor
        ? startSecondFactor(deps, tx, current.id, request)
        : completeSignIn(deps, tx, current, { ...request, method: "password", twoFactor: false });
    },
    { system: "the password authenticates the request" },
  );
  if (outcome === null) return signIn(deps, request); // another sign-in has replaced the hash
  if (outcome instanceof ApiError) throw outcome;
  return outcome;
}

/** An allowed attempt, and what counts it. */
interface Attempt extends AttemptBuckets {
  readonly account: StoredAccount | null;
  /** Hashes of other systems: a wrong password does as much work as with any of them. */
  readonly foreignHashes: readonly string[];
}

/** Used when there is no account, so that the same queries and hashes run. */
const placeholderAccount = { id: nilUuid, passwordHash: "" };

/** Checks the limits and counts the attempt. Runs the same queries for an unknown address. */
async function startAttempt(deps: SignInDeps, email: string, request: SignInRequest): Promise<Attempt> {
  const now = deps.clock.now();
  return deps.db.shared(async (tx) => {
    const [account, foreignHashes] = await Promise.all([
      findAccountByEmail(tx, email),
      listForeignHashes(tx),
    ]);
    const owner = account ?? placeholderAccount;
    const addresses = await listAddresses(tx, { accountId: owner.id, now });
    const source = { kind: "sign-in", email, owner, addresses, accountLimit: 50 } as const;
    const buckets = selectAttemptBuckets(deps.secrets, { ...request, ...source });
    const ofPassword = createPasswordBucket(deps.secrets, request.password, email);
    const shared = buckets.isKnownPlace ? buckets.shared : [...buckets.shared, ofPassword];
    // Without shared buckets, as on a known device, counting checks the limits.
    if (shared.length > 0) await requireWithinLimit(tx, [...buckets.own, ...shared], now);
    await addAttempt(tx, buckets.own, now);
    return { account, foreignHashes, ...buckets, shared };
  }, throttleAccess);
}

/** Whether the password is right; and its new hash, if the stored one is of another system or has other parameters. */
interface Verified {
  readonly isRight: boolean;
  readonly rehashed: string | null;
}

/**
 * Verifies the password, first with a hash of ours. What isn't right then is verified with hashes of other systems, whether or not
 * the account has one.
 */
async function verifyPassword(deps: SignInDeps, attempt: Attempt, password: string): Promise<Verified> {
  const { account, isKnownDevice, foreignHashes } = attempt;
  const passwordHash = account?.passwordHash ?? null;
  const { passwords } = deps;
  if (await uncountIfBusy(deps, attempt, () => passwords.verify(passwordHash, password, { isKnownDevice })))
    return { isRight: true, rehashed: null };
  // A browser in which the account signed in knows that it exists.
  const options = { isKnownDevice, sameWorkAs: isKnownDevice ? [] : foreignHashes };
  let isForeign: boolean;
  try {
    isForeign = await passwords.verifyForeign(passwordHash, password, options);
  } catch (error) {
    // The password was compared, so the attempt counts: a full queue must not allow more of them.
    await countFailure(deps, attempt);
    throw error;
  }
  if (!isForeign) return { isRight: false, rehashed: null };
  const hash = () => passwords.hash(password, { isKnownDevice });
  return { isRight: true, rehashed: await uncountIfBusy(deps, attempt, hash) };
}

/** An attempt that fails because the hashing queue is full isn't counted. */
async function uncountIfBusy<T>(deps: SignInDeps, { own }: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await deps.db.shared((tx) => undoAttempt(tx, own, { reset: false }), throttleAccess);
    throw error;
  }
}

/** Counts the failure for all who share the network or try the same password. */
function countFailure(deps: SignInDeps, { shared }: Attempt): Promise<void> {
  return deps.db.shared((tx) => addAttempt(tx, shared, deps.clock.now()), throttleAccess);
}

/** The browser's session stays until the second factor is passed. */
async function startSecondFactor(
  deps: SignInDeps,
  tx: Tx,
  accountId: string,
  { challengeToken, origin }: SignInRequest,
): Promise<PendingSignIn> {
  await insertSignIn(deps, tx, { accountId, method: "password", outcome: "second-factor-pending", origin });
  const methods = listFactorMethods(await findSecondFactors(tx, accountId));
  const challenge = await createChallenge(deps, tx, { accountId, replaces: challengeToken });
  return { challenge, methods };
}

function wrongCredentials(): ApiError {
  return new ApiError("auth/wrong-credentials", {
    detail: "E-mail or password is wrong. Check both, or ask a user manager for help.",
  });
}
