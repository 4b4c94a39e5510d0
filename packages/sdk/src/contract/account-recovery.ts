/** A way back into an account: password reset, change of the e-mail address, fresh authentication. */
import * as z from "zod/mini";
import { emailInput, endpoint, id, inOrganization, instant, passwordInput, tokenInput } from "./common.ts";
import { delivery } from "./invitations.ts";
import { recoveryCodeInput, totpCodeInput } from "./second-factors.ts";
import { assertionCredential } from "./webauthn.ts";

/** Nothing to say: the same for every request. */
const nothing = z.strictObject({});

export const requestPasswordReset = endpoint({
  method: "POST",
  path: "/password-resets",
  operationId: "requestPasswordReset",
  tag: "Account recovery",
  summary: "Sends a link to set a new password. The response is the same whether or not there is an account",
  body: z.strictObject({ email: emailInput }),
  success: { status: 202, body: nothing },
});

export const lookUpPasswordReset = endpoint({
  method: "POST",
  path: "/password-resets/lookup",
  operationId: "lookUpPasswordReset",
  tag: "Account recovery",
  summary: "The address of the account whose password a link sets; changes nothing",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 200, body: z.strictObject({ email: z.string() }) },
});

export const completePasswordReset = endpoint({
  method: "POST",
  path: "/password-resets/complete",
  operationId: "completePasswordReset",
  tag: "Account recovery",
  summary:
    "Sets a new password with a link, and ends every session and every other reset link of the account",
  body: z.strictObject({ token: tokenInput, password: passwordInput }),
  success: { status: 204, body: null },
});

/** The email is on its way to the user; or, without a mail server, the link for the manager. */
export const sentPasswordReset = z.union([
  z.strictObject({ delivery }),
  z.strictObject({ url: z.string(), expiresAt: instant }),
]);

export const sendPasswordReset = endpoint({
  method: "POST",
  path: "/organizations/:organizationId/users/:userId/password-reset",
  operationId: "sendPasswordReset",
  tag: "Users",
  summary:
    "Sends a user the link to set a new password. Without a mail server the response has the link, once, for users of this organization alone",
  params: z.extend(inOrganization, { userId: id }),
  success: { status: 202, existingStatus: 200, body: sentPasswordReset },
});

export const changeEmail = endpoint({
  method: "POST",
  path: "/me/email",
  operationId: "changeEmail",
  tag: "Me",
  summary:
    "Asks for another address to sign in with: it changes once the link to the new address is confirmed. Needs a recent authentication",
  body: z.strictObject({ email: emailInput }),
  success: { status: 202, body: nothing },
});

export const confirmEmailChange = endpoint({
  method: "POST",
  path: "/email-changes/confirm",
  operationId: "confirmEmailChange",
  tag: "Account recovery",
  summary: "Changes the address of an account, with the link that was sent to the new address",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 204, body: null },
});

export const cancelEmailChange = endpoint({
  method: "POST",
  path: "/email-changes/cancel",
  operationId: "cancelEmailChange",
  tag: "Account recovery",
  summary:
    "Cancels or reverts a change of address, with the link that was sent to the old address, and ends every session",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 204, body: null },
});

export const reportSignIn = endpoint({
  method: "POST",
  path: "/sign-ins/report",
  operationId: "reportSignIn",
  tag: "Account recovery",
  summary:
    "Says that somebody else signed in, with the link of the email about it: ends every session and the password, removes second factors that were added since, restores the address, and sends a link to set a new password",
  body: z.strictObject({ token: tokenInput }),
  success: { status: 204, body: null },
});

export const stepUp = endpoint({
  method: "POST",
  path: "/sessions/current/step-up",
  operationId: "stepUp",
  tag: "Sessions",
  summary:
    "Authenticates again in the current session, for requests that need a recent authentication. A user with a second factor uses it in place of the password",
  body: z.union([
    z.strictObject({ password: passwordInput }),
    z.strictObject({ code: totpCodeInput }),
    z.strictObject({ recoveryCode: recoveryCodeInput }),
    z.strictObject({ credential: assertionCredential }),
  ]),
  success: { status: 204, body: null },
});

/** The response of a password reset that a user manager sends. */
export type SentPasswordReset = z.infer<typeof sentPasswordReset>;
