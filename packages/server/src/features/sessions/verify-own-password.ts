/** Verifies the password of a signed-in person. */
import type { AccountActor } from "../../auth/actor.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { insertSignIn } from "./sign-in-history.ts";
import { countAttempt, throttleAccess, undoAttempt } from "./throttle.ts";
import { countWrongConfirmation, resetWrongConfirmations } from "./wrong-confirmations.ts";

/**
 * Verifies a password that the person of a session typed; `path` is its place in the request. The limit of attempts is
 * the same as at sign-in, for each session separately. A correct password resets the count; a wrong one is added to the history
 * of sign-ins, because the session may be stolen, and the tenth in a row ends it.
 * @throws ApiError passwords/wrong, throttled, busy, auth/required
 */
export async function verifyOwnPassword(
  deps: Pick<Deps, "db" | "clock" | "ids" | "passwords">,
  account: AccountActor,
  typed: { readonly passwordHash: string; readonly password: string; readonly path: string },
): Promise<void> {
  const buckets = [{ name: `change password ${account.sessionId}`, limit: 10, resetsOnSuccess: true }];
  await countAttempt(deps, buckets);
  let isRight = false;
  try {
    const { passwordHash, password } = typed;
    isRight =
      (await deps.passwords.verify(passwordHash, password, { isKnownDevice: true })) ||
      (await deps.passwords.verifyForeign(passwordHash, password, { isKnownDevice: true, sameWorkAs: [] }));
  } catch (error) {
    await deps.db.shared((tx) => undoAttempt(tx, buckets, { reset: false }), throttleAccess);
    throw error;
  }
  if (!isRight) {
    const { accountId, origin } = account;
    const failure = { accountId, method: "password", outcome: "failure", origin } as const;
    const ended = await deps.db.shared(async (tx) => {
      await insertSignIn(deps, tx, failure);
      return countWrongConfirmation(deps, tx, { ...account, account: { ...account, id: accountId } });
    }, throttleAccess);
    throw ended ?? wrongPassword(typed.path);
  }
  await deps.db.shared(async (tx) => {
    await undoAttempt(tx, buckets, { reset: true });
    await resetWrongConfirmations(tx, account);
  }, throttleAccess);
}

/** The typed password is not the one of the account. */
export function wrongPassword(path: string): ApiError {
  const detail = "This is not the password that you sign in with. Check it and try again.";
  return new ApiError("passwords/wrong", { detail, errors: [{ path, code: "passwords/wrong", detail }] });
}
