/** Second factors: what a sign-in asks for after the password, and how people manage them. */
import * as z from "zod/mini";
import { instant } from "./common.ts";

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

/** What proves the second factor: a code of the authenticator app, or a recovery code. */
export const secondFactorProof = z.union([
  z.strictObject({ code: totpCodeInput }),
  z.strictObject({ recoveryCode: recoveryCodeInput }),
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

/** How a person passes the second factor. */
export type SecondFactorMethod = z.infer<typeof secondFactorMethod>;
/** What proves the second factor. */
export type SecondFactorProof = z.infer<typeof secondFactorProof>;
/** The password was right, and the second factor is missing. */
export type SignInChallenge = z.infer<typeof signInChallenge>;
