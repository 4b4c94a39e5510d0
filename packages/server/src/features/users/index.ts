/** Public API of the users feature. */
export {
  editManyUsers,
  findUsersByKeys,
  lockUsers,
  type UserWithRoleIds,
  withRoles,
} from "./edit-many-users.ts";
export { applyUserEdit, editUserInTransaction, listGiven, toAuditEntries, toRoleEnds } from "./edit-user.ts";
export { isExternalIdTaken, lastOwner, mapDatabaseError, requireNoOwner } from "./errors.ts";
export { exportUsers } from "./export-users.ts";
export { toUserDetails } from "./get-user.ts";
export { selectMatchingUserIds } from "./list-users.ts";
export {
  computeUserEdit,
  type RequestedEdit,
  removesActiveOwner,
  type UserEditPlan,
} from "./plan-user-edit.ts";
export {
  findUser,
  insertUsers,
  insertUsersAtCommit,
  type NewUser,
  renameUser,
  type StoredGrant,
  type StoredUser,
  setUserEmail,
} from "./queries.ts";
export { type RemovalCandidate, removeManyUsers } from "./remove-many-users.ts";
export { createReminderJobs } from "./schedule-reminders.ts";
export { sortUsers, sortUsersOfOrganizations } from "./sort-users.ts";
export { findSubject, findTarget, isSelf, requireTarget, type Target } from "./target.ts";
export type { UserFilter } from "./user-conditions.ts";
