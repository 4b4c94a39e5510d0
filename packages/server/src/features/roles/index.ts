/** Public API of the roles feature. */

export { unassignRole } from "./assignment-queries.ts";
export { requireValidEnd, requireValidEnds, unknownRoles } from "./errors.ts";
export {
  findRoles,
  findRolesGranting,
  insertRoles,
  lockRoles,
  removeRole,
  type StoredRole,
} from "./queries.ts";
export { type FoldedNames, foldNames } from "./role-names.ts";
export { compareTranslations, readTranslations } from "./role-translations.ts";
export {
  type ComparedRole,
  freeRoleNames,
  hashTemplate,
  linkTemplates,
  listComparedRoles,
  listHeldRoles,
  type RoleContent,
  type TemplateLink,
  type TemplateUpdate,
  unlinkTemplates,
  updateTemplateRoles,
} from "./templates.ts";
