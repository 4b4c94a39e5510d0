/** Compares the permissions of two roles. */
import { type Catalogue, difference, permissionSet } from "@gatehouse/access";
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";

/** Which of the two roles has a permission. */
export type Side = "onlyA" | "onlyB" | "both";

/** A permission as the catalogue names it. */
export interface NamedPermission {
  readonly permission: string;
  readonly label: string;
  readonly sensitive: boolean;
}

/** One group of the catalogue with the permissions of each role. */
export interface ComparedGroup extends Readonly<Record<Side, readonly NamedPermission[]>> {
  readonly key: string;
  readonly label: string;
}

/** The number of permissions on each side. */
export type SideCounts = Readonly<Record<Side, number>>;

/**
 * Compares two roles, implied permissions included. `groups` has the labels; groups without permissions are left out.
 */
export function compareRoles(
  { catalogue, groups }: { readonly catalogue: Catalogue; readonly groups: readonly CatalogueGroup[] },
  a: Pick<RoleView, "permissions">,
  b: Pick<RoleView, "permissions">,
): readonly ComparedGroup[] {
  const { lost, gained, unchanged } = difference(
    permissionSet.fromStoredNames(catalogue, a.permissions),
    permissionSet.fromStoredNames(catalogue, b.permissions),
  );
  return groups.flatMap(({ key, label, actions }) => {
    const select = (names: readonly string[]) =>
      actions.filter(({ permission }) => names.includes(permission));
    const group = { key, label, onlyA: select(lost), onlyB: select(gained), both: select(unchanged) };
    return group.onlyA.length + group.onlyB.length + group.both.length > 0 ? [group] : [];
  });
}

/** Counts the sides. */
export function countSides(groups: readonly ComparedGroup[]): SideCounts {
  const count = (side: Side) => groups.reduce((sum, group) => sum + group[side].length, 0);
  return { onlyA: count("onlyA"), onlyB: count("onlyB"), both: count("both") };
}
