/** Options to use a passkey: to sign in, as the second factor, or to confirm a session. Creating them writes nothing. */
import type { ChallengePurpose, PasskeyRequestOptions } from "@gatehouse/sdk/contract";
import type { AccountActor } from "../../auth/actor.ts";
import { authenticationRequired } from "../../auth/authenticate-request.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import {
  createRequestOptions,
  listPasskeys,
  signInScope,
  toSecondFactorScope,
  toSessionScope,
} from "../passkeys/index.ts";
import { challengeEnded, findChallengeAccount } from "../second-factors/index.ts";

/** What a browser has, and what it asks for. */
export interface OptionsRequest {
  /** Chosen by what the browser has, if absent. */
  readonly purpose: ChallengePurpose | undefined;
  readonly session: AccountActor | null;
  readonly challengeToken: string | null;
}

/**
 * Creates options to use a passkey. To sign in with a passkey alone they name no credentials, and depend on nobody's account.
 * @throws ApiError auth/challenge-ended, auth/required
 */
export async function createPasskeyRequest(
  deps: Pick<Deps, "db" | "clock" | "config" | "secrets">,
  request: OptionsRequest,
): Promise<PasskeyRequestOptions> {
  const { purpose, session, challengeToken } = request;
  const hasNothing = session === null && challengeToken === null;
  const own =
    purpose === "sign-in" || (purpose === undefined && hasNothing)
      ? { scope: signInScope, passkeys: [] }
      : await deps.db.shared((tx) => findOwn(tx, request, deps.clock.now()), { readOnly: true });
  return createRequestOptions(deps, own);
}

/** The account of a pending sign-in or of a session, whichever the browser has and asks for. */
async function findOwn(tx: Tx, { purpose, session, challengeToken }: OptionsRequest, now: Date) {
  const token = purpose === "step-up" ? null : challengeToken;
  const pendingId = token === null ? null : await findChallengeAccount(tx, token, now);
  if (token !== null && pendingId !== null)
    return { scope: toSecondFactorScope(token), passkeys: await listPasskeys(tx, pendingId) };
  if (purpose === "second-factor") throw challengeEnded();
  if (session !== null)
    return { scope: toSessionScope("step-up", session), passkeys: await listPasskeys(tx, session.accountId) };
  if (purpose === "step-up") throw authenticationRequired();
  return { scope: signInScope, passkeys: [] };
}
