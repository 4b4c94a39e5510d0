import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../lib/api/problem-texts.ts";

/** Texts for the rules of an organization. The page that takes the place of the others says what to do. */
export const ruleProblems: ProblemTexts = {
  "auth/two-factor-required": [
    msg`Two-factor authentication is required`,
    msg`Reload the page to see what to do.`,
  ],
  "auth/network": [msg`Not from this network`, msg`Reload the page to see what to do.`],
  "organization/suspended": [
    msg`The organization is suspended`,
    msg`Nobody can use it at the moment. Nothing is lost.`,
  ],
  "organization/deleted": [msg`The organization was deleted`, msg`Nobody can use it.`],
  "auth/password-expired": [msg`Your password is too old`, msg`Reload the page to see what to do.`],
};
