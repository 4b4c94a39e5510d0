/** What permissions are called. Pure. */
import type { CatalogueGroup } from "@gatehouse/sdk/contract";

/** A permission as the catalogue names it. */
export interface NamedPermission {
  readonly permission: string;
  readonly label: string;
  readonly sensitive: boolean;
}

/** The catalogue's words for a permission. */
export interface PermissionWords extends NamedPermission {
  readonly group: string;
}

/** The words of every permission, by its name. */
export function permissionWords(groups: readonly CatalogueGroup[]): ReadonlyMap<string, PermissionWords> {
  const pairs = groups.flatMap((group) =>
    group.actions.map(({ permission, label, sensitive }) => {
      return [permission, { permission, label, sensitive, group: group.label }] as const;
    }),
  );
  return new Map(pairs);
}
