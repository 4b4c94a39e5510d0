/** The use of a passkey, in two steps: it is verified outside of a transaction, and accepted by the one that relies on it. */

import type { AssertionCredential } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { nilUuid } from "../../ports/ids.ts";
import { findPasskey, recordUse, type UsablePasskey } from "./queries.ts";
import { type Assertion, verifyAssertion } from "./verify-credential.ts";
import { type ChallengeScope, claimChallenge } from "./webauthn-challenges.ts";

/** A verified use of a passkey. */
export interface PasskeyUse {
  readonly passkey: UsablePasskey;
  readonly assertion: Assertion;
}

/** Takes the place of a passkey that nobody has, so that the same work is done. Its private key was thrown away. */
const placeholder = {
  accountId: nilUuid,
  publicKey:
    "pQECAyYgASFYIMe9MJgxq6qZR3julLA6IwbroD1i4JFqOiOUTulfE6uTIlggUWoPqHsX6jxCWCGaGPS5QtEHTM13M/BqTVibQqP2sXI=",
  signCount: 0,
} as const;

/**
 * Verifies what an authenticator has signed. Null if anything about it is wrong, or nobody has the passkey: that takes the same
 * time.
 */
export async function verifyPasskeyUse(
  deps: Pick<Deps, "db" | "clock" | "config" | "secrets">,
  credential: AssertionCredential,
  expected: { readonly scope: ChallengeScope; readonly requiresVerification: boolean },
): Promise<PasskeyUse | null> {
  const passkey = await deps.db.shared((tx) => findPasskey(tx, credential.id), { readOnly: true });
  const verified = passkey ?? { ...placeholder, credentialId: credential.id };
  const assertion = await verifyAssertion(deps, { credential, passkey: verified, ...expected });
  return passkey === null || assertion === null ? null : { passkey, assertion };
}

/**
 * Accepts a verified use, once. False for another account's passkey, one that was used or removed meanwhile, and a challenge
 * that was answered before.
 */
export async function acceptPasskeyUse(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  accountId: string,
  { passkey, assertion }: PasskeyUse,
): Promise<boolean> {
  if (passkey.accountId !== accountId) return false;
  const now = clock.now();
  return (await claimChallenge(tx, assertion.challenge, now)) && recordUse(tx, passkey, assertion, now);
}
