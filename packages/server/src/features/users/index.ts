/** Users: the only door of this feature. */
export { insertUsers, type NewUser } from "./queries.ts";
export { registerUserRoutes } from "./routes.ts";
export { findSubject } from "./subject.ts";
