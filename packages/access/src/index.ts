/** @gatehouse/access: permissions, roles and grants as pure functions. The only door of the package. */
export {
  can,
  type Explanation,
  explain,
  explainAll,
  type PermissionPath,
  permissionsThatGive,
} from "./can.ts";
export {
  type ActionDeclaration,
  type CatalogueDeclaration,
  type CheckedDeclaration,
  type DeclaredPermission,
  definePermissions,
  type GroupDeclaration,
  parseCatalogue,
  restoreCatalogue,
  serialiseCatalogue,
} from "./catalogue.ts";
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
export { difference, type PermissionDifference } from "./difference.ts";
export { CatalogueError, UnknownPermission } from "./errors.ts";
export { type ExamplePermission, exampleCatalogue } from "./example-catalogue.ts";
export { type ExampleRole, type ExampleRoleKey, exampleRoles } from "./example-roles.ts";
export { type Grant, type HeldRole, isLive, type Subject, subjectAt } from "./grants.ts";
export { isOwnGroup, type OwnGroup, type OwnPermission, ownCatalogue, withOwnGroups } from "./own-groups.ts";
export type { PermissionSet } from "./permission-set.ts";
export * as permissionSet from "./permission-set.ts";
export { type CompiledRole, compileRole, compileRoles, permissionsOfRoles, type Role } from "./roles.ts";
