import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../lib/api/problem-texts.ts";

/** Texts for the problems of roles. */
export const roleProblems: ProblemTexts = {
  "forbidden/system-role": [
    msg`Built-in roles can’t be changed`,
    msg`Duplicate the role and change the copy.`,
  ],
  "roles/unknown": [msg`A role no longer exists`, msg`Reload the page to see the roles that exist.`],
  "roles/in-use": [msg`This role is in use`, msg`Choose a replacement role, then delete it.`],
  "roles/name-taken": [
    msg`A role with this name already exists`,
    msg`Choose another name; case and accents make no difference.`,
  ],
};
