import { expect, test } from "vitest";
import { parseCatalogue, serialiseCatalogue } from "../catalogue/index.ts";
import { definePermissions } from "./define.ts";
import { CatalogueError } from "./errors.ts";

const view = { actions: { view: {} } };

test.each([
  ["Campaigns", { Campaigns: { label: "A", ...view } }],
  ["1a", { "1a": { label: "A", ...view } }],
  ["a.actions.View", { a: { label: "A", actions: { View: {} } } }],
  ["a.actions.b:c", { a: { label: "A", actions: { "b:c": {} } } }],
  [`a.actions.${"a".repeat(65)}`, { a: { label: "A", actions: { ["a".repeat(65)]: {} } } }],
])("an invalid name is rejected with its path: %s", (path, declaration) => {
  expect(() => definePermissions(declaration)).toThrow(expect.objectContaining({ path }));
});

test("a group or an action named __proto__ is rejected, because it would be silently missing", () => {
  const group = { label: "A", ...view };
  const [groups, actions] = [
    { __proto__: group, a: group },
    { a: { label: "A", actions: { __proto__: { label: "Hidden" }, view: {} } } },
  ];
  expect(() => definePermissions(groups)).toThrow(expect.objectContaining({ path: "__proto__" }));
  expect(() => definePermissions(actions)).toThrow(expect.objectContaining({ path: "a.actions.__proto__" }));
  expect(() => definePermissions({ ["__proto__"]: group })).toThrow(
    expect.objectContaining({ path: "__proto__" }),
  );
  expect(definePermissions(Object.assign(Object.create(null), { a: group })).permissions).toEqual(["a:view"]);
});

test("a cycle of implied actions is rejected and shown", () => {
  const cycle = { a: { label: "A", actions: { b: { implies: ["c"] }, c: { implies: ["b"] } } } } as const;
  expect(() => definePermissions(cycle)).toThrow(CatalogueError);
  expect(() => definePermissions(cycle)).toThrow("a:b → a:c → a:b");
});

test("definePermissions and parseCatalogue return equal catalogues", () => {
  const declaration = {
    a: {
      label: "A",
      description: "All",
      actions: { view: {}, "edit-all": { implies: ["view"], sensitive: true } },
    },
    b: { label: "B", actions: { see: { label: "Look", description: "Only look", implies: ["a:edit-all"] } } },
  } as const;
  const declared = definePermissions(declaration);
  expect(parseCatalogue(JSON.parse(JSON.stringify(declaration)))).toEqual(declared);
  expect(parseCatalogue(JSON.parse(serialiseCatalogue(declared)))).toEqual(declared);
});
