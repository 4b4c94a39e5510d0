/** @gatehouse/access: permissions, roles and grants as pure functions, for servers, browsers and workers. */
export type { RoleTemplate } from "./catalogue/role-template.ts";
export {
  can,
  difference,
  type Explanation,
  explain,
  explainAll,
  type PermissionDifference,
  type PermissionPath,
  permissionsThatGive,
} from "./decisions/can.ts";
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
} from "./decisions/ceiling.ts";
export {
  type CompiledRole,
  compileRole,
  compileRoles,
  type Grant,
  type HeldRole,
  isLive,
  permissionsOfRoles,
  type Role,
  type Subject,
  subjectAt,
} from "./decisions/grants.ts";
export type {
  Catalogue,
  CatalogueAction,
  CatalogueGroup,
  PermissionOf,
} from "./permissions/compile-catalogue.ts";
export {
  type ActionDeclaration,
  type CatalogueDeclaration,
  type CheckedDeclaration,
  type DeclaredPermission,
  definePermissions,
  type GroupDeclaration,
} from "./permissions/define.ts";
export { CatalogueError, UnknownPermission } from "./permissions/errors.ts";
export type { PermissionSet } from "./permissions/permission-set.ts";
export * as permissionSet from "./permissions/permission-set.ts";
export type { LocalizedText, TextLanguage } from "./permissions/texts.ts";
