/** What permissions bring with them, by the catalogue. Pure. */
import type { CatalogueGroup } from "@gatehouse/sdk/contract";

/** Permission → everything that comes with it, itself left out. */
export type Implied = ReadonlyMap<string, ReadonlySet<string>>;

/** Follows the catalogue's `implies` to the end, once for many questions. */
export function impliedOf(groups: readonly CatalogueGroup[]): Implied {
  const direct = new Map(
    groups.flatMap(({ actions }) => actions.map(({ permission, implies }) => [permission, implies] as const)),
  );
  return new Map([...direct.keys()].map((permission) => [permission, follow(permission, direct)]));
}

/** All that a choice of permissions gives: the chosen ones and those that come with them. */
export function givenBy(chosen: Iterable<string>, implied: Implied): ReadonlySet<string> {
  return new Set([...chosen].flatMap((permission) => [permission, ...(implied.get(permission) ?? [])]));
}

function follow(start: string, direct: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(direct.get(start) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === start || found.has(next)) continue;
    found.add(next);
    open.push(...(direct.get(next) ?? []));
  }
  return found;
}
