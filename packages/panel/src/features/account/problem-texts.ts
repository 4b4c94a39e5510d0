import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../lib/api/problem-texts.ts";

/** Texts for the problems of My account. */
export const accountProblems: ProblemTexts = {
  "passwords/wrong": [msg`That isn’t your current password`, msg`Check it and try again.`],
  "auth/step-up": [msg`Confirm that it is you`, msg`Close this and start again.`],
  "passkeys/already-added": [
    msg`This passkey was added already`,
    msg`Use another device or password manager.`,
  ],
  "passkeys/too-many": [msg`An account has 20 passkeys at most`, msg`Remove one that you don’t use.`],
  "passkeys/challenge-ended": [msg`This took longer than five minutes`, msg`Try again.`],
  "passkeys/not-verified": [
    msg`The device did not check who you are`,
    msg`Use one with a PIN, a fingerprint or your face.`,
  ],
  "passkeys/invalid": [msg`This passkey can’t be used here`, msg`Try again, or use another device.`],
  "passwords/unchanged": [msg`This is already your password`, msg`Choose another one.`],
  "second-factors/not-started": [
    msg`This set-up has ended`,
    msg`Close the dialog, start again and scan the new code.`,
  ],
  "second-factors/none": [
    msg`Two-factor authentication is off`,
    msg`Set up an authenticator app first: recovery codes replace it when it is lost.`,
  ],
};
