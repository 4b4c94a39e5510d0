import fc from "fast-check";
import { expect, test } from "vitest";
import { exampleCatalogue } from "../example/index.ts";
import { definePermissions } from "../permissions/define.ts";
import { UnknownPermission } from "../permissions/errors.ts";
import { fromStoredNames, has, none } from "../permissions/permission-set.ts";
import { createPermissionTable } from "./permission-table.ts";

const { permissions } = exampleCatalogue;

test("a row has the permissions of the last set put there, independent of other rows", () => {
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

test("an unknown name and a set of another catalogue throw", () => {
  const table = createPermissionTable(exampleCatalogue);
  for (const name of ["campaigns:aprove", "", "__proto__", "constructor", "toString"])
    expect(() => table.has(0, name)).toThrow(UnknownPermission);
  const other = definePermissions({ pages: { label: "Pages", actions: { view: {} } } });
  expect(() => table.put(0, none(other) as never)).toThrow(TypeError);
});
