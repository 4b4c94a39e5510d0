/** WebAuthn options for the browser. */
import type { PasskeyCreationOptions, PasskeyRequestOptions } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { StoredPasskey } from "./queries.ts";
import { getRelyingParty } from "./relying-party.ts";
import { algorithms, toBase64url, toUserHandle } from "./verify-credential.ts";
import { type ChallengeScope, challengeMs, createChallenge } from "./webauthn-challenges.ts";

type OptionsDeps = Pick<Deps, "clock" | "config" | "secrets">;

/** Options to create a passkey that the browser finds by itself and that verifies the person. */
export function createRegistrationOptions(
  deps: OptionsDeps,
  account: { readonly id: string; readonly email: string; readonly name: string },
  { scope, passkeys }: { readonly scope: ChallengeScope; readonly passkeys: readonly StoredPasskey[] },
): PasskeyCreationOptions {
  return {
    rp: { id: getRelyingParty(deps.config).id, name: "Gatehouse" },
    user: { id: toUserHandle(account.id), name: account.email, displayName: account.name },
    challenge: toBase64url(createChallenge(deps.secrets, scope, deps.clock.now())),
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout: challengeMs,
    excludeCredentials: passkeys.map(toDescriptor),
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
    attestation: "none",
  };
}

/** Options to use one of these passkeys, or any if there are none. */
export function createRequestOptions(
  deps: OptionsDeps,
  { scope, passkeys }: { readonly scope: ChallengeScope; readonly passkeys: readonly StoredPasskey[] },
): PasskeyRequestOptions {
  return {
    rpId: getRelyingParty(deps.config).id,
    challenge: toBase64url(createChallenge(deps.secrets, scope, deps.clock.now())),
    timeout: challengeMs,
    allowCredentials: passkeys.map(toDescriptor),
    // After the password, having the device is the second factor.
    userVerification: scope.purpose === "second-factor" ? "preferred" : "required",
  };
}

function toDescriptor({ credentialId, transports }: StoredPasskey) {
  return { id: credentialId, type: "public-key" as const, transports };
}
