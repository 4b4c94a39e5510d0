/** The catalogue's words for permissions, found by name. Pure. */
import type { CatalogueGroup } from "@gatehouse/sdk/contract";

/** A permission as people read it. */
export interface PermissionWords {
  readonly permission: string;
  readonly label: string;
  /** Empty where the catalogue says nothing. */
  readonly description: string;
  readonly sensitive: boolean;
  /** Its group's label. */
  readonly group: string;
}

/** The words of every permission, by its name. */
export function permissionWords(groups: readonly CatalogueGroup[]): ReadonlyMap<string, PermissionWords> {
  const pairs = groups.flatMap((group) =>
    group.actions.map(({ permission, label, description = "", sensitive }) => {
      return [permission, { permission, label, description, sensitive, group: group.label }] as const;
    }),
  );
  return new Map(pairs);
}

/** How a permission is called beside another: with its group where that is a different one. */
export function nameBeside(
  permission: string,
  other: string,
  words: ReadonlyMap<string, PermissionWords>,
): string {
  const named = words.get(permission);
  if (named === undefined) return permission;
  return named.group === words.get(other)?.group ? named.label : `${named.group} · ${named.label}`;
}
