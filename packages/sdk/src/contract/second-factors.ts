/** Second factors: what a sign-in asks for after the password, and how people manage them. */
import * as z from "zod/mini";
import { endpoint, id, inOrganization, instant } from "./common.ts";
import { assertionCredential } from "./webauthn.ts";

/** How a person passes the second factor. */
export const secondFactorMethod = z.enum(["totp", "passkey", "recovery-code"]);

/** A code of an authenticator app, as typed. */
export const totpCodeInput = z
  .string()
  .check(z.minLength(1, "Enter the code."), z.maxLength(50, "Enter the six digits of the code."));

/** A recovery code, as typed: case, spaces and hyphens don't matter. */
export const recoveryCodeInput = z
  .string()
  .check(z.minLength(1, "Enter the recovery code."), z.maxLength(100, "Enter one recovery code."));

/** What proves the second factor: a code of the authenticator app, a recovery code, or a passkey. */
export const secondFactorProof = z.union([
  z.strictObject({ code: totpCodeInput }),
  z.strictObject({ recoveryCode: recoveryCodeInput }),
  z.strictObject({ credential: assertionCredential }),
]);

/** The password was right, and the second factor is missing. */
export const signInChallenge = z.strictObject({
  challenge: z.strictObject({
    /** What the account has; never empty. */
    methods: z.array(secondFactorMethod),
    /** Until when the second factor can be entered. */
    expiresAt: instant,
  }),
});

/** A passkey of an account. */
export const passkeyView = z.strictObject({
  id,
  /** Chosen by the person. */
  name: z.string(),
  createdAt: instant,
  lastUsedAt: z.nullable(instant),
  /** Whether a password manager or an account of the platform keeps a copy. */
  backedUp: z.boolean(),
});

/** How an account is protected. */
export const securityView = z.strictObject({
  passwordChangedAt: instant,
  /** The authenticator app; null without one. */
  totp: z.nullable(z.strictObject({ enabledAt: instant })),
  passkeys: z.array(passkeyView),
  recoveryCodesLeft: z.number(),
});

export const getSecurity = endpoint({
  method: "GET",
  path: "/me/security",
  operationId: "getSecurity",
  tag: "Me",
  summary: "The caller's second factors, and when the password was set",
  success: { status: 200, body: securityView },
});

export const startTotp = endpoint({
  method: "POST",
  path: "/me/totp",
  operationId: "startTotp",
  tag: "Me",
  summary:
    "Creates the secret of an authenticator app. It counts once a code confirms it. Needs a recent authentication",
  success: {
    status: 201,
    body: z.strictObject({
      /** Base32. */
      secret: z.string(),
      /** `otpauth://`, for a QR code. */
      uri: z.string(),
    }),
  },
});

/** Recovery codes, shown once. */
const recoveryCodes = z.array(z.string());

export const confirmTotp = endpoint({
  method: "POST",
  path: "/me/totp/confirm",
  operationId: "confirmTotp",
  tag: "Me",
  summary:
    "Confirms an authenticator app with its first code. For the first second factor the response has recovery codes, and the caller's other sessions end",
  body: z.strictObject({ code: totpCodeInput }),
  success: { status: 200, body: z.strictObject({ recoveryCodes: z.optional(recoveryCodes) }) },
});

export const removeTotp = endpoint({
  method: "DELETE",
  path: "/me/totp",
  operationId: "removeTotp",
  tag: "Me",
  summary: "Removes the authenticator app. Needs a recent authentication",
  success: { status: 204, body: null },
});

export const createRecoveryCodes = endpoint({
  method: "POST",
  path: "/me/recovery-codes",
  operationId: "createRecoveryCodes",
  tag: "Me",
  summary: "Creates ten recovery codes in place of the earlier ones. Needs a recent authentication",
  success: { status: 200, body: z.strictObject({ recoveryCodes }) },
});

export const removeSecondFactors = endpoint({
  method: "DELETE",
  path: "/organizations/:organizationId/users/:userId/second-factors",
  operationId: "removeSecondFactors",
  tag: "Users",
  summary:
    "Removes all second factors of a user of this organization alone, and ends their sessions. Needs a recent authentication in a session",
  params: z.extend(inOrganization, { userId: id }),
  success: { status: 204, body: null },
});

/** A passkey of an account. */
export type PasskeyView = z.infer<typeof passkeyView>;
/** How an account is protected. */
export type SecurityView = z.infer<typeof securityView>;
/** How a person passes the second factor. */
export type SecondFactorMethod = z.infer<typeof secondFactorMethod>;
/** What proves the second factor. */
export type SecondFactorProof = z.infer<typeof secondFactorProof>;
/** The password was right, and the second factor is missing. */
export type SignInChallenge = z.infer<typeof signInChallenge>;
