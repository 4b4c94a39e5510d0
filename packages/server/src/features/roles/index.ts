/** Roles: the only door of this feature. */
export { findRoles, findRolesGiving, insertRoles } from "./queries.ts";
export { unknownRoles } from "./refusals.ts";
export { registerRoleRoutes } from "./routes.ts";
