import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../../lib/api/problem-texts.ts";

/** Texts for the problems of API keys. */
export const apiKeyProblems: ProblemTexts = {
  "api-keys/shown-once": [
    msg`The key was created, but it can’t be shown again`,
    msg`Revoke it in the list, then create another one.`,
  ],
};
