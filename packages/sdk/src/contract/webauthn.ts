/** WebAuthn in JSON: what a browser gets, and what it sends back (https://w3c.github.io/webauthn/#sctn-parseCreationOptionsFromJSON). */
import * as z from "zod/mini";
import { list } from "./common.ts";

/** Bytes as base64url without padding, `maximum` characters at most. */
function base64url(maximum: number) {
  return z
    .string()
    .check(
      z.maxLength(maximum, { error: `Use ${maximum} characters or fewer.`, abort: true }),
      z.regex(/^[\w-]+$/, "Encode the bytes as base64url, without padding."),
    );
}

/** A credential id has at most 1,023 bytes. */
const credentialId = base64url(1364);
const type = z.literal("public-key");
/** A value that later versions of WebAuthn may extend, such as a transport. */
const keyword = z.string().check(z.regex(/^[a-z-]{1,50}$/, "Use letters and hyphens."));

/** Members of every credential that aren't evaluated. */
const common = {
  id: credentialId,
  rawId: credentialId,
  type,
  authenticatorAttachment: z.optional(z.nullable(keyword)),
  clientExtensionResults: z.optional(z.record(z.string(), z.unknown())),
};

/**
 * The response of `navigator.credentials.create()`, as `toJSON()` returns it. Members that later versions of WebAuthn may add
 * are ignored.
 */
export const registrationCredential = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url(8_000),
    attestationObject: base64url(24_000),
    transports: z.optional(list(keyword, { max: [20, "Use 20 transports or fewer."] })),
  }),
});

/** The response of `navigator.credentials.get()`, as `toJSON()` returns it. Other members are ignored, too. */
export const assertionCredential = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url(8_000),
    authenticatorData: base64url(8_000),
    signature: base64url(8_000),
    userHandle: z.optional(z.nullable(base64url(100))),
  }),
});

const descriptor = z.strictObject({
  id: z.string(),
  type,
  transports: z.optional(z.array(z.string())),
});
const userVerification = z.enum(["required", "preferred"]);

/** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn. */
export const creationOptions = z.strictObject({
  rp: z.strictObject({ id: z.string(), name: z.string() }),
  user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.strictObject({ type, alg: z.number() })),
  timeout: z.number(),
  excludeCredentials: z.array(descriptor),
  authenticatorSelection: z.strictObject({
    residentKey: z.literal("required"),
    requireResidentKey: z.literal(true),
    userVerification,
  }),
  attestation: z.literal("none"),
});

/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn. */
export const requestOptions = z.strictObject({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.number(),
  allowCredentials: z.array(descriptor),
  userVerification,
});

/** WebAuthn options to create a passkey. */
export type PasskeyCreationOptions = z.infer<typeof creationOptions>;
/** WebAuthn options to use a passkey. */
export type PasskeyRequestOptions = z.infer<typeof requestOptions>;
/** The response of an authenticator that created a passkey. */
export type RegistrationCredential = z.infer<typeof registrationCredential>;
/** The response of an authenticator that used a passkey. */
export type AssertionCredential = z.infer<typeof assertionCredential>;
