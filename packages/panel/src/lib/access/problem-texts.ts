import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../api/problem-texts.ts";

/** Texts for the problems of access rules. */
export const accessProblems: ProblemTexts = {
  "forbidden/grant-ceiling": [
    msg`This exceeds your own permissions`,
    msg`You can give and remove only permissions that you have. Ask someone who has more.`,
  ],
  "forbidden/own-roles": [msg`You can’t change your own roles`, msg`Ask another access manager to do it.`],
  "forbidden/owner-only": [msg`Only an owner can do this`, msg`Ask an owner of your organization.`],
};
