import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../lib/api/problem-texts.ts";

/** Texts for the problems of My account. */
export const accountProblems: ProblemTexts = {
  "passwords/wrong": [msg`That isn’t your current password`, msg`Check it and try again.`],
  "passwords/unchanged": [msg`This is already your password`, msg`Choose another one.`],
};
