/** Adds the texts for the problems of the pages behind sign-in. */
import { accountProblems } from "../../features/account/problem-texts.ts";
import { invitationProblems } from "../../features/invitations/problem-texts.ts";
import { ruleProblems } from "../../features/organization-rules/problem-texts.ts";
import { roleProblems } from "../../features/roles/problem-texts.ts";
import { apiKeyProblems } from "../../features/settings/api-keys/problem-texts.ts";
import { userProblems } from "../../features/users/problem-texts.ts";
import { accessProblems } from "../../lib/access/problem-texts.ts";
import { addProblemTexts } from "../../lib/api/problem-texts.ts";

for (const texts of [
  accessProblems,
  accountProblems,
  apiKeyProblems,
  invitationProblems,
  roleProblems,
  ruleProblems,
  userProblems,
])
  addProblemTexts(texts);
