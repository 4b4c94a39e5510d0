/** Public API of the roles feature. */

export { requireValidEnd, requireValidEnds, unknownRoles } from "./errors.ts";
export { findRoles, findRolesGranting, insertRoles, type StoredRole } from "./queries.ts";
