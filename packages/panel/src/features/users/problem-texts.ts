import { msg } from "@lingui/core/macro";
import type { ProblemTexts } from "../../lib/api/problem-texts.ts";

/** Texts for the problems of users, and of changes of many at once. */
export const userProblems: ProblemTexts = {
  "users/last-owner": [msg`An organization needs an active owner`, msg`Make someone else an owner first.`],
  "users/role-gone": [msg`A role no longer exists`, msg`Reload the page to see the roles that exist.`],
  "user-jobs/set-changed": [
    msg`The number of matching users has changed`,
    msg`Nothing was started. Check the number above, then continue.`,
  ],
  "user-jobs/too-many": [msg`Too many users at once`, msg`Narrow the search to 100,000 users or fewer.`],
  "user-jobs/finished": [msg`It has already ended`, msg`The results show what happened to each user.`],
  "user-jobs/starter-lost-access": [
    msg`The person who started this no longer has permission`,
    msg`Someone with permission must start it again.`,
  ],
  "user-imports/wrong-step": [
    msg`The import is at another step`,
    msg`Reload the page to see its current state.`,
  ],
  "organization/user-limit": [
    msg`The limit of users is reached`,
    msg`Remove a user or revoke an invitation, or ask the person who runs this installation for more.`,
  ],
  "user-imports/not-undoable": [
    msg`This can no longer be undone`,
    msg`Remove what it created one by one, or in the list.`,
  ],
  "user-imports/unreadable": [
    msg`The file can’t be read`,
    msg`Check that its first line names the columns, that quotation marks are closed, and that it is saved as UTF-8.`,
  ],
};
