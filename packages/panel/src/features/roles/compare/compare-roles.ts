/** Compares the permissions of two roles. */
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import { expandPermissions, indexImplied } from "../implied-permissions.ts";

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

/** Compares two roles, implied permissions included; groups without permissions are left out. */
export function compareRoles(
  groups: readonly CatalogueGroup[],
  a: Pick<RoleView, "permissions">,
  b: Pick<RoleView, "permissions">,
): readonly ComparedGroup[] {
  const implied = indexImplied(groups);
  const [ofA, ofB] = [expandPermissions(a.permissions, implied), expandPermissions(b.permissions, implied)];
  return groups.flatMap(({ key, label, actions }) => {
    const on = (isOfA: boolean, isOfB: boolean) =>
      actions.filter(({ permission }) => ofA.has(permission) === isOfA && ofB.has(permission) === isOfB);
    const group = { key, label, onlyA: on(true, false), onlyB: on(false, true), both: on(true, true) };
    return group.onlyA.length + group.onlyB.length + group.both.length > 0 ? [group] : [];
  });
}

/** Counts the sides. */
export function countSides(groups: readonly ComparedGroup[]): SideCounts {
  const count = (side: Side) => groups.reduce((sum, group) => sum + group[side].length, 0);
  return { onlyA: count("onlyA"), onlyB: count("onlyB"), both: count("both") };
}
