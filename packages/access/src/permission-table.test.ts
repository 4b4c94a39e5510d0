import fc from "fast-check";
import { expect, test } from "vitest";
import { definePermissions } from "./define.ts";
import { UnknownPermission } from "./errors.ts";
import { exampleCatalogue } from "./example.ts";
import { fromStoredNames, has, none } from "./permission-set.ts";
import { createPermissionTable } from "./permission-table.ts";

const { permissions } = exampleCatalogue;

test("a row answers like the set that was put there last, whatever its neighbours hold", () => {
  const anyPut = fc.tuple(fc.nat(200), fc.subarray([...permissions]));
  fc.assert(
    fc.property(fc.array(anyPut, { maxLength: 30 }), (puts) => {
      const table = createPermissionTable(exampleCatalogue);
      const sets = new Map(Array.from({ length: 202 }, (_, row) => [row, none(exampleCatalogue)]));
      for (const [row, names] of puts) {
        const set = fromStoredNames(exampleCatalogue, names);
        table.put(row, set);
        sets.set(row, set);
      }
      for (const [row, set] of sets)
        expect(permissions.filter((name) => table.has(row, name))).toEqual(
          permissions.filter((name) => has(set, name)),
        );
    }),
    { numRuns: 40 },
  );
});

test("a name that the catalogue doesn't have, and a set of another catalogue, are mistakes", () => {
  const table = createPermissionTable(exampleCatalogue);
  for (const name of ["campaigns:aprove", "", "__proto__", "constructor", "toString"])
    expect(() => table.has(0, name)).toThrow(UnknownPermission);
  const other = definePermissions({ pages: { label: "Pages", actions: { view: {} } } });
  expect(() => table.put(0, none(other) as never)).toThrow(TypeError);
});
