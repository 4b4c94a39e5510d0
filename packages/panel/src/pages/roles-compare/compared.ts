/** Which roles are compared, and what only one of them or both give. Pure. */
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import { givenBy, impliedOf } from "../../app/roles/implied.ts";

/** The two roles of the address, each absent until it is chosen. */
export interface Compared {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Reads the address; what is no id is dropped. */
export function readCompared({ a, b }: Readonly<Record<string, unknown>>): Compared {
  return { a: readId(a), b: readId(b) };
}

function readId(value: unknown): string | undefined {
  return typeof value === "string" && uuid.test(value) ? value : undefined;
}

/** Which of the two roles gives a permission. */
export type Side = "onlyA" | "onlyB" | "both";

/** A permission as the catalogue names it. */
export interface NamedPermission {
  readonly permission: string;
  readonly label: string;
  readonly sensitive: boolean;
}

/** One group of the catalogue with what the roles give of it. */
export interface ComparedGroup extends Readonly<Record<Side, readonly NamedPermission[]>> {
  readonly key: string;
  readonly label: string;
}

/** How many permissions stand on each side. */
export type SideCounts = Readonly<Record<Side, number>>;

/** Compares what two roles give, all that comes along included; groups of which neither gives anything are left out. */
export function compareRoles(
  groups: readonly CatalogueGroup[],
  a: Pick<RoleView, "permissions">,
  b: Pick<RoleView, "permissions">,
): readonly ComparedGroup[] {
  const implied = impliedOf(groups);
  const [ofA, ofB] = [givenBy(a.permissions, implied), givenBy(b.permissions, implied)];
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
