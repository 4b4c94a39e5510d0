/** @gatehouse/access: permissions, roles and grants as pure functions: for servers, browsers and workers. */
export {
  can,
  type Explanation,
  explain,
  explainAll,
  type PermissionPath,
  permissionsThatGive,
} from "./can.ts";
export {
  type CeilingDecision,
  type ChangedRole,
  mayActOn,
  mayChangeRoles,
  mayEditRole,
  mayGive,
  type Party,
  type RoleChangeDecision,
  type RoleChangeRefusal,
} from "./ceiling.ts";
export type { Catalogue, CatalogueAction, CatalogueGroup, PermissionOf } from "./compile-catalogue.ts";
export {
  type ActionDeclaration,
  type CatalogueDeclaration,
  type CheckedDeclaration,
  type DeclaredPermission,
  definePermissions,
  type GroupDeclaration,
} from "./define.ts";
export { difference, type PermissionDifference } from "./difference.ts";
export { CatalogueError, UnknownPermission } from "./errors.ts";
export { type Grant, type HeldRole, isLive, type Subject, subjectAt } from "./grants.ts";
export type { PermissionSet } from "./permission-set.ts";
export * as permissionSet from "./permission-set.ts";
export { type CompiledRole, compileRole, compileRoles, permissionsOfRoles, type Role } from "./roles.ts";
