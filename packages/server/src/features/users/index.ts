/** Users: the only door of this feature. */
export { insertUsers, type NewUser, type StoredUser, searchKeys } from "./queries.ts";
export { registerUserRoutes } from "./routes.ts";
export { endSessionsWithoutUse } from "./session-queries.ts";
export { findSubject, type UserSubject } from "./subject.ts";
