/** Implied permissions, from the closures of @gatehouse/access. Pure. */
import { permissionSet } from "@gatehouse/access";
import { restoreCatalogue } from "@gatehouse/access/catalogue";
import type { CatalogueGroup } from "@gatehouse/sdk/contract";

/** Permission → all permissions that it implies, transitively, without itself. */
export type Implied = ReadonlyMap<string, ReadonlySet<string>>;

/** Indexes the implied permissions of a catalogue. */
export function indexImplied(groups: readonly CatalogueGroup[]): Implied {
  const catalogue = restoreCatalogue(groups);
  return new Map(
    catalogue.permissions.map((permission) => {
      const closure = new Set(permissionSet.names(permissionSet.fromNames(catalogue, [permission])));
      closure.delete(permission);
      return [permission, closure];
    }),
  );
}

/** The chosen permissions and all that they imply. Names that the catalogue doesn't have are kept. */
export function expandPermissions(chosen: Iterable<string>, implied: Implied): ReadonlySet<string> {
  return new Set([...chosen].flatMap((permission) => [permission, ...(implied.get(permission) ?? [])]));
}
