/** Signs in with a passkey alone. */

import type { AssertionCredential } from "@gatehouse/sdk/contract";
import type { AccountActor, RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { nilUuid } from "../../ports/ids.ts";
import { findAccountById, lockAuthenticating, type StoredAccount } from "../accounts/index.ts";
import {
  acceptPasskeyUse,
  findPasskey,
  signInScope,
  verifyPasskeyUse,
  wrongPasskey,
} from "../passkeys/index.ts";
import { type AttemptBuckets, selectAttemptBuckets } from "./attempt-buckets.ts";
import { completeSignIn, type SignInResult } from "./complete-sign-in.ts";
import { listAddresses } from "./queries.ts";
import { recordFailedSignIn } from "./record-account-events.ts";
import { addAttempt, requireWithinLimit, throttleAccess, undoAttempt } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "config" | "enqueue" | "ids" | "secrets" | "log">;

/** What the authenticator sent, and what the browser has. */
export interface PasskeySignIn {
  readonly credential: AssertionCredential;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
  readonly current: AccountActor | null;
}

/**
 * Signs in with a passkey that has verified the person: that is two factors. Every failure gets the same error.
 * @throws ApiError auth/wrong-passkey, sessions/suspended, throttled
 */
export async function signInWithPasskey(deps: SignInDeps, request: PasskeySignIn): Promise<SignInResult> {
  const attempt = await startAttempt(deps, request);
  const use = await verifyPasskeyUse(deps, request.credential, {
    scope: signInScope,
    requiresVerification: true,
  });
  const outcome =
    use === null
      ? wrongPasskey()
      : await deps.db.shared(
          async (tx) => {
            const account = await lockAuthenticating(tx, { id: use.passkey.accountId });
            if (account === null || !(await acceptPasskeyUse(deps, tx, account.id, use)))
              return wrongPasskey();
            await undoAttempt(tx, attempt.own, { reset: true });
            return completeSignIn(deps, tx, account, { ...request, method: "passkey", twoFactor: true });
          },
          { system: "the passkey authenticates the request" },
        );
  if (!(outcome instanceof ApiError)) return outcome;
  if (outcome.code === "auth/wrong-passkey") {
    await deps.db.shared((tx) => addAttempt(tx, attempt.shared, deps.clock.now()), throttleAccess);
    if (attempt.account !== null)
      recordFailedSignIn(deps, attempt.account, { origin: request.origin, method: "passkey" });
  }
  throw outcome;
}

/** An allowed attempt, and what counts it. */
interface Attempt extends Pick<AttemptBuckets, "own" | "shared"> {
  /** Whose passkey it is, if it is one. */
  readonly account: StoredAccount | null;
}

/** Used when nobody has the passkey, so that the same queries run. */
const nobody = { id: nilUuid, passwordHash: "" };

/** Attempts with an account's passkeys from unknown devices in all networks together. */
const accountLimit = 50;

/**
 * Checks the limits and counts the attempt, apart from those with passwords: people who guess passwords don't keep the owner
 * of a passkey out. A credential that nobody has is counted with the same statements.
 */
async function startAttempt(
  deps: SignInDeps,
  { credential, throttleSource, current }: PasskeySignIn,
): Promise<Attempt> {
  const now = deps.clock.now();
  return deps.db.shared(async (tx) => {
    const passkey = await findPasskey(tx, credential.id);
    const account = await findAccountById(tx, passkey?.accountId ?? nobody.id);
    const owner = account ?? nobody;
    const addresses = await listAddresses(tx, { accountId: owner.id, now });
    const buckets = selectAttemptBuckets(deps.secrets, {
      kind: "passkey",
      email: account?.email ?? credential.id,
      owner,
      throttleSource,
      current,
      addresses,
      accountLimit,
    });
    await requireWithinLimit(tx, [...buckets.own, ...buckets.shared], now);
    await addAttempt(tx, buckets.own, now);
    return { account, own: buckets.own, shared: buckets.shared };
  }, throttleAccess);
}
