/** Verifies what an authenticator has signed. Nothing here reads or writes the database. */

import type { AssertionCredential, RegistrationCredential } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import { getRelyingParty } from "./relying-party.ts";
import { type ChallengeScope, isValidChallenge } from "./webauthn-challenges.ts";

type VerifyDeps = Pick<Deps, "clock" | "config" | "secrets">;

/** COSE numbers of Ed25519, then P-256 (ES256), then RSA for Windows Hello (RS256). */
export const algorithms: readonly number[] = [-8, -7, -257];

/** Loaded with the first passkey: with its 290 modules, every command would start a fifth slower. */
const loadLibrary = () => import("@simplewebauthn/server");
const loadHelpers = () => import("@simplewebauthn/server/helpers");

/** A public key that no authenticator needs, and that would be slow to use. Bytes. */
const maxPublicKeyLength = 2_000;

/** A verified new passkey. */
export interface NewCredential {
  readonly credentialId: string;
  /** COSE key, base64. */
  readonly publicKey: string;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly isBackedUp: boolean;
  /** The challenge that it answers, still to be claimed. */
  readonly challenge: string;
}

/** Why a new passkey isn't accepted. */
export type RegistrationFault = "expired-challenge" | "not-verified" | "invalid";

/** Verifies a new passkey: challenge, origin, relying party, verification of the person. Attestation isn't evaluated. */
export async function verifyRegistration(
  deps: VerifyDeps,
  credential: RegistrationCredential,
  scope: ChallengeScope,
): Promise<NewCredential | RegistrationFault> {
  const party = getRelyingParty(deps.config);
  const { clientDataJSON, attestationObject, transports = [] } = credential.response;
  const challenge = readChallenge(clientDataJSON);
  if (challenge === null || !(await hasPlainAttestation(attestationObject))) return "invalid";
  if (!isValidChallenge(deps.secrets, challenge, { ...scope, now: deps.clock.now() }))
    return "expired-challenge";
  const { verifyRegistrationResponse } = await loadLibrary();
  const verified = await verifyRegistrationResponse({
    response: toLibraryInput(credential, { clientDataJSON, attestationObject }),
    expectedChallenge: toBase64url(challenge),
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: false,
    supportedAlgorithmIDs: [...algorithms],
  }).catch(() => null);
  if (verified === null || !verified.verified) return "invalid";
  const { registrationInfo: info } = verified;
  if (info.credential.id !== credential.id || info.credential.publicKey.length > maxPublicKeyLength)
    return "invalid";
  if (!info.userVerified) return "not-verified";
  return {
    credentialId: info.credential.id,
    publicKey: Buffer.from(info.credential.publicKey).toString("base64"),
    signCount: info.credential.counter,
    transports,
    isBackedUp: info.credentialBackedUp,
    challenge,
  };
}

/** A stored passkey, as far as it is needed to verify its use. */
export interface VerifiablePasskey {
  readonly credentialId: string;
  /** COSE key, base64. */
  readonly publicKey: string;
  readonly signCount: number;
  readonly accountId: string;
}

/** A verified use of a passkey. */
export interface Assertion {
  readonly signCount: number;
  readonly isBackedUp: boolean;
  /** The challenge that it answers, still to be claimed. */
  readonly challenge: string;
}

/**
 * Verifies the use of a passkey: challenge, origin, relying party, owner, signature, counter and, where it is required, the
 * verification of the person. Null if any of it is wrong.
 */
export async function verifyAssertion(
  deps: VerifyDeps,
  {
    credential,
    passkey,
    scope,
    requiresVerification,
  }: {
    readonly credential: AssertionCredential;
    readonly passkey: VerifiablePasskey;
    readonly scope: ChallengeScope;
    readonly requiresVerification: boolean;
  },
): Promise<Assertion | null> {
  const party = getRelyingParty(deps.config);
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  const challenge = readChallenge(clientDataJSON);
  if (challenge === null || !isValidChallenge(deps.secrets, challenge, { ...scope, now: deps.clock.now() }))
    return null;
  const { verifyAuthenticationResponse } = await loadLibrary();
  const verified = await verifyAuthenticationResponse({
    response: toLibraryInput(credential, { clientDataJSON, authenticatorData, signature }),
    expectedChallenge: toBase64url(challenge),
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: requiresVerification,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64")),
      counter: passkey.signCount,
    },
  }).catch(() => null); // what strangers send may be anything, and every reason gets the same response
  // After the signature: a passkey that nobody has takes as long as one of another account.
  if (userHandle != null && userHandle !== toUserHandle(passkey.accountId)) return null;
  if (verified?.verified !== true) return null;
  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  return { signCount: newCounter, isBackedUp: credentialBackedUp, challenge };
}

/** WebAuthn's handle of an account: it says nothing about the person, and stays when name and address change. */
export function toUserHandle(accountId: string): string {
  return Buffer.from(accountId.replaceAll("-", ""), "hex").toString("base64url");
}

/** A challenge as options contain it. */
export function toBase64url(challenge: string): string {
  return Buffer.from(challenge, "utf8").toString("base64url");
}

const clientData = z.object({ challenge: z.string(), crossOrigin: z.optional(z.literal(false)) });

/** The challenge that the client data names, before anything is verified; null if it can't be read, or comes from a frame. */
function readChallenge(clientDataJson: string): string | null {
  try {
    const { challenge } = clientData.parse(
      JSON.parse(Buffer.from(clientDataJson, "base64url").toString("utf8")),
    );
    return Buffer.from(challenge, "base64url").toString("utf8");
  } catch {
    return null;
  }
}

/**
 * Whether a new passkey has no attestation, or signs for itself: the browser removes every other one, as the options ask. Its
 * certificates would name addresses that the library fetches.
 */
async function hasPlainAttestation(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await loadHelpers();
  try {
    const object = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, "base64url")));
    const format = object.get("fmt");
    return format === "none" || (format === "packed" && object.get("attStmt").get("x5c") === undefined);
  } catch {
    return false;
  }
}

function toLibraryInput<T>({ id, rawId }: { readonly id: string; readonly rawId: string }, response: T) {
  return { id, rawId, response, type: "public-key", clientExtensionResults: {} } as const;
}
