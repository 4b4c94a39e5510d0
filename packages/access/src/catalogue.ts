/**
 * @gatehouse/access/catalogue: catalogues that come from outside, read from a file, a database or an answer, checked to the
 * last key; Gatehouse's own permissions; and many people's permissions side by side. For servers, tools and programs that keep
 * a copy; a panel that declares its own needs none of it.
 */
import { type Catalogue, compileCatalogue } from "./compile-catalogue.ts";
import { ownGroupKeys } from "./own-group-keys.ts";
import { isOwnGroup, ownCatalogue } from "./own-groups.ts";
import { type Limits, readDefinition } from "./read-definition.ts";

export {
  type CatalogueChangeDecision,
  type CatalogueChangeRefusal,
  type CatalogueEditor,
  mayChangeCatalogue,
  type RightsChange,
  rightsChange,
} from "./catalogue-ceiling.ts";
export { CatalogueError } from "./errors.ts";
export type { OwnGroup } from "./own-group-keys.ts";
export { isOwnGroup, type OwnPermission, ownCatalogue, withOwnGroups } from "./own-groups.ts";
export { createPermissionTable, type PermissionTable } from "./permission-table.ts";

/** As many as a role may list. Gatehouse's own groups count too. */
const mostPermissions = 2000;

const declared: Limits = {
  reserved: ownGroupKeys,
  mostPermissions: mostPermissions - ownCatalogue.permissions.length,
};

/**
 * A panel's catalogue from a file or a database, after `JSON.parse`: either the object that `definePermissions` takes
 * or what `serialiseCatalogue` wrote. Gatehouse's own groups are no part of it; add them with `withOwnGroups`.
 * @throws CatalogueError with the path of the first fault and what to write instead
 */
export function parseCatalogue(input: unknown): Catalogue {
  return compileCatalogue(readDefinition(input, declared));
}

/**
 * A whole catalogue from its `definition`, Gatehouse's own groups included: what a browser makes of the answer to
 * `GET …/permissions`. Never for what a panel declares; that is `parseCatalogue`.
 * @throws CatalogueError
 */
export function restoreCatalogue(definition: unknown): Catalogue {
  return compileCatalogue(readDefinition(definition, { reserved: [], mostPermissions }));
}

/**
 * What a panel declared, as JSON text for a file or a database; `parseCatalogue(JSON.parse(text))` reads it back, even
 * when a `jsonb` column has reordered the keys of its objects. Gatehouse's own groups are left out.
 */
export function serialiseCatalogue(catalogue: Catalogue): string {
  return JSON.stringify(catalogue.definition.filter((group) => !isOwnGroup(group.key)));
}
