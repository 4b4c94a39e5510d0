/** Arbitrary catalogues and sets for property tests, and a naive closure to compare with. */
import * as fc from "fast-check";
import { parseCatalogue } from "../src/catalogue/index.ts";
import { type Catalogue, type PermissionSet, permissionSet } from "../src/index.ts";

/** Up to 100 actions in three groups (so that sets span several words), each implying up to three others, without a cycle. */
export const anyCatalogue: fc.Arbitrary<Catalogue> = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 100 })
  .map((targets) => {
    const toName = (index: number): string => `group-${index % 3}:action-${index}`;
    const groups = new Map<string, Record<string, { implies: string[] }>>();
    for (const [index, implied] of targets.entries()) {
      const [group = "", action = ""] = toName(index).split(":");
      const earlier = index === 0 ? [] : implied.map((target) => toName(target % index));
      groups.set(group, { ...groups.get(group), [action]: { implies: [...new Set(earlier)] } });
    }
    const declaration = [...groups].map(([key, actions]) => [key, { label: key, actions }] as const);
    return parseCatalogue(Object.fromEntries(declaration));
  });

/** A catalogue with `count` of its sets. */
export function catalogueWithSets(
  count: number,
): fc.Arbitrary<{ readonly catalogue: Catalogue; readonly sets: readonly PermissionSet[] }> {
  return anyCatalogue.chain((catalogue) =>
    fc
      .array(fc.subarray([...catalogue.permissions]), { minLength: count, maxLength: count })
      .map((lists) => ({ catalogue, sets: lists.map((list) => permissionSet.fromNames(catalogue, list)) })),
  );
}

/** The closure by search through the definition: names in catalogue order. */
export function naiveClosure(catalogue: Catalogue, names: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(catalogue.actions.get(name)?.implies ?? []));
  }
  return catalogue.permissions.filter((permission) => found.has(permission));
}

/** Asserts a property for arbitrary values, for fewer with `npm test -- --quick`. A failure shows the smallest counterexample. */
export function assertProperty<T>(values: fc.Arbitrary<T>, check: (value: T) => void, runs = 100): void {
  const { numRuns = 100 } = fc.readConfigureGlobal();
  // A synchronous property is checked synchronously; `assert` is typed for both kinds.
  void fc.assert(fc.property(values, check), { numRuns: Math.ceil((runs * numRuns) / 100) });
}

/** The element at an index. @throws RangeError */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}
