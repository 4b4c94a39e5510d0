/**
 * WebAuthn with options and responses in JSON. Browsers have methods for that (`parseCreationOptionsFromJSON`, `toJSON`), but
 * only since 2025, so the bytes are converted here.
 */
import type {
  AssertionCredential,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
  RegistrationCredential,
} from "@gatehouse/sdk/contract";

/** Why this browser can't use passkeys here. */
export type PasskeyObstacle = "ip-address" | "insecure" | "unsupported";

/** Whether the browser can use passkeys at the address of the page: null if it can. */
export function findPasskeyObstacle(
  { hostname }: Pick<Location, "hostname"> = location,
  scope: Pick<typeof globalThis, "isSecureContext"> & { readonly PublicKeyCredential?: unknown } = globalThis,
): PasskeyObstacle | null {
  if (!scope.isSecureContext) return "insecure";
  if (scope.PublicKeyCredential === undefined) return "unsupported";
  return /^[\d.]+$|:/.test(hostname) ? "ip-address" : null;
}

/** Why no passkey was created or used. */
export type PasskeyFailure = "cancelled" | "already-added" | "wrong-address" | "failed";

/** Nothing was created or used: the person cancelled, it took too long, or the device couldn't. */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
  readonly failure: PasskeyFailure;

  constructor(failure: PasskeyFailure, cause: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

/**
 * Lets the person create a passkey.
 * @throws {PasskeyError}
 */
export async function createPasskey(options: PasskeyCreationOptions): Promise<RegistrationCredential> {
  const credential = await run(() =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: options.excludeCredentials.map(toDescriptor),
      },
    }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...toCommon(credential),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      attestationObject: toBase64url(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** How the browser asks. */
interface PasskeyUse {
  readonly signal?: AbortSignal;
  /** Only in the suggestions of a field with `autocomplete="webauthn"`, without a dialog. */
  readonly isAutofill?: boolean;
}

/**
 * Lets the person use a passkey.
 * @throws {PasskeyError}
 */
export async function getPasskey(
  options: PasskeyRequestOptions,
  { signal, isAutofill = false }: PasskeyUse = {},
): Promise<AssertionCredential> {
  const credential = await run(() =>
    navigator.credentials.get({
      ...(signal === undefined ? {} : { signal }),
      ...(isAutofill ? { mediation: "conditional" as const } : {}),
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: options.allowCredentials.map(toDescriptor),
      },
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...toCommon(credential),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      authenticatorData: toBase64url(response.authenticatorData),
      signature: toBase64url(response.signature),
      userHandle: response.userHandle === null ? null : toBase64url(response.userHandle),
    },
  };
}

/** Whether the browser offers passkeys in the suggestions of a field. */
export async function canAutofill(): Promise<boolean> {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;
}

const failures: Readonly<Record<string, PasskeyFailure>> = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "already-added",
  SecurityError: "wrong-address",
};

async function run(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    throw new PasskeyError((error instanceof Error && failures[error.name]) || "failed", error);
  }
  throw new PasskeyError("cancelled", null);
}

function toCommon({ id }: PublicKeyCredential) {
  return { id, rawId: id, type: "public-key" as const };
}

function toDescriptor({ id, transports }: PasskeyRequestOptions["allowCredentials"][number]) {
  return {
    id: toBytes(id),
    type: "public-key" as const,
    ...(transports === undefined ? {} : { transports: transports as AuthenticatorTransport[] }),
  };
}

function toBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toBase64url(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
