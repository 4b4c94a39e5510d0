/** Passkeys: WebAuthn credentials that replace the password, or are the second factor after it. */
import * as z from "zod/mini";
import { endpoint, id, line } from "./common.ts";
import { passkeyView } from "./second-factors.ts";
import { sessionView } from "./sessions.ts";
import { assertionCredential, creationOptions, registrationCredential, requestOptions } from "./webauthn.ts";

/** The largest number of passkeys of an account. */
export const maxPasskeys = 20;

const passkeyName = line(100);
const onePasskey = z.strictObject({ passkeyId: id });

export const createPasskeyOptions = endpoint({
  method: "POST",
  path: "/me/passkeys/options",
  operationId: "createPasskeyOptions",
  tag: "Me",
  summary: "WebAuthn options to create a passkey, valid for five minutes. Needs a recent authentication",
  success: { status: 200, body: creationOptions },
});

export const addPasskey = endpoint({
  method: "POST",
  path: "/me/passkeys",
  operationId: "addPasskey",
  tag: "Me",
  summary: "Adds a passkey. The response has recovery codes, once, when it is the first second factor",
  body: z.strictObject({ name: passkeyName, credential: registrationCredential }),
  success: {
    status: 201,
    body: z.extend(passkeyView, { recoveryCodes: z.optional(z.array(z.string())) }),
  },
});

export const renamePasskey = endpoint({
  method: "PATCH",
  path: "/me/passkeys/:passkeyId",
  operationId: "renamePasskey",
  tag: "Me",
  summary: "Renames a passkey. Needs a recent authentication",
  params: onePasskey,
  body: z.strictObject({ name: passkeyName }),
  success: { status: 200, body: passkeyView },
});

export const removePasskey = endpoint({
  method: "DELETE",
  path: "/me/passkeys/:passkeyId",
  operationId: "removePasskey",
  tag: "Me",
  summary: "Removes a passkey. Needs a recent authentication",
  params: onePasskey,
  success: { status: 204, body: null },
});

/** What the response to a challenge is for. */
export const challengePurpose = z.enum(["sign-in", "second-factor", "step-up"]);

export const createSignInOptions = endpoint({
  method: "POST",
  path: "/sessions/passkey/options",
  operationId: "createSignInOptions",
  tag: "Sessions",
  summary:
    "WebAuthn options to use a passkey, valid for five minutes. Without a purpose: for the second factor of a sign-in that waits for one, else to confirm the current session, else to sign in",
  query: z.strictObject({ purpose: z.optional(challengePurpose) }),
  success: { status: 200, body: requestOptions },
});

export const signInWithPasskey = endpoint({
  method: "POST",
  path: "/sessions/passkey",
  operationId: "signInWithPasskey",
  tag: "Sessions",
  summary: "Signs in with a passkey, without a password, and sets the session cookie",
  body: z.strictObject({ credential: assertionCredential }),
  success: { status: 201, body: sessionView },
});

/** What the response to a challenge is for. */
export type ChallengePurpose = z.infer<typeof challengePurpose>;
