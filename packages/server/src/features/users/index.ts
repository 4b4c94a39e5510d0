/** Public API of the users feature. */
export { editUserInTransaction, toRoleEnds } from "./edit-user.ts";
export { isExternalIdTaken, mapDatabaseError, requireNoOwner } from "./errors.ts";
export { toUserDetails } from "./get-user.ts";
export { selectMatchingUserIds } from "./list-users.ts";
export type { RequestedEdit } from "./plan-user-edit.ts";
export {
  findUser,
  findUserIdByExternalId,
  insertUsers,
  type NewUser,
  renameUser,
  setUserEmail,
} from "./queries.ts";
export { createReminderJobs } from "./schedule-reminders.ts";
export { findSubject, findTarget, isSelf, type Target } from "./target.ts";
export type { UserFilter } from "./user-conditions.ts";
