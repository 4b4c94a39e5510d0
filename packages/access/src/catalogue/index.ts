/**
 * @gatehouse/access/catalogue: parses and validates catalogues from files, databases and responses; Gatehouse's built-in
 * permissions; and a table of many users' permissions. For servers, tools and replicas. A panel that declares its own
 * catalogue doesn't need it.
 */
import { type Catalogue, compileCatalogue } from "../permissions/compile-catalogue.ts";
import { isReservedGroup, reservedGroupKeys } from "../permissions/names.ts";
import { ownCatalogue } from "./builtin-permissions.ts";
import { type Limits, readDefinition } from "./read-definition.ts";

export { compileCatalogue } from "../permissions/compile-catalogue.ts";
export { CatalogueError, suggestNames } from "../permissions/errors.ts";
export { isReservedGroup } from "../permissions/names.ts";
export { inLanguage } from "../permissions/texts.ts";
export { type OwnGroup, type OwnPermission, ownCatalogue, withOwnGroups } from "./builtin-permissions.ts";
export {
  type CatalogueChangeDecision,
  type CatalogueChangeRefusal,
  type CatalogueEditor,
  mayChangeCatalogue,
  type RightsChange,
  rightsChange,
} from "./catalogue-ceiling.ts";
export { createPermissionTable, type PermissionTable } from "./permission-table.ts";

/** The most permissions that a role may list. Gatehouse's built-in groups count too. */
const maxPermissions = 2000;

const declaredLimits: Limits = {
  reserved: reservedGroupKeys,
  maxPermissions: maxPermissions - ownCatalogue.permissions.length,
  rejectsInvisible: true,
};

/**
 * Parses a panel's catalogue from a file or a request, after `JSON.parse`: either the object that `definePermissions`
 * takes or the output of `serialiseCatalogue`. It has no built-in groups; add them with `withOwnGroups`.
 * @throws CatalogueError with the path of the first error and how to correct it
 */
export function parseCatalogue(input: unknown): Catalogue {
  return compileCatalogue(readDefinition(input, declaredLimits));
}

/**
 * Parses a catalogue that was accepted before, from its `definition`: the response of `GET …/permissions` with Gatehouse's
 * built-in groups, or what a database stores. For a panel's declaration use `parseCatalogue`.
 * @throws CatalogueError
 */
export function restoreCatalogue(definition: unknown): Catalogue {
  return compileCatalogue(readDefinition(definition, { reserved: [], maxPermissions }));
}

/**
 * Serialises a panel's catalogue as JSON, without Gatehouse's built-in groups. `parseCatalogue(JSON.parse(text))` restores
 * it, also after a `jsonb` column has reordered object keys.
 */
export function serialiseCatalogue(catalogue: Catalogue): string {
  return JSON.stringify(catalogue.definition.filter((group) => !isReservedGroup(group.key)));
}
