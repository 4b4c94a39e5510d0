import { definePermissions } from "@gatehouse/access";
import { expect, test } from "vitest";
import { createSharedCompiler } from "./shared-compiler.ts";

const { definition } = definePermissions({
  a: { label: "A", actions: { view: {}, edit: { implies: ["view"] } } },
});
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const role = (id: string, permissions: string[], isOwner = false) => ({ id, name: id, isOwner, permissions });

test("equal catalogues are one, and equal roles share their permissions", () => {
  const { compileCatalogue, compileRole, keepRole } = createSharedCompiler();
  const catalogue = compileCatalogue(copy(definition));
  expect(compileCatalogue(copy(definition))).toBe(catalogue);
  const [one, two, other] = [role("1", ["a:edit"]), role("2", ["a:edit"]), role("3", ["a:view"])].map(
    (each) => compileRole(catalogue, keepRole(each)),
  );
  expect(two).toMatchObject({ id: "2", name: "2" });
  expect(two?.permissions).toBe(one?.permissions);
  expect(other?.permissions).not.toBe(one?.permissions);
  expect([...(other?.chosen ?? [])]).toEqual(["a:view"]);
  expect(keepRole(role("4", ["a:edit"])).permissions).toBe(keepRole(role("5", ["a:edit"])).permissions);
});

test("an owner role without permissions isn't taken for another empty one", () => {
  const { compileCatalogue, compileRole } = createSharedCompiler();
  const catalogue = compileCatalogue(definition);
  const [none, owner] = [role("1", []), role("2", [], true)].map((each) => compileRole(catalogue, each));
  expect([none?.chosen.size, owner?.chosen.size]).toEqual([0, 2]);
});

test("a role of another catalogue is compiled for it", () => {
  const { compileCatalogue, compileRole } = createSharedCompiler();
  const smaller = compileCatalogue(
    definePermissions({ a: { label: "A", actions: { view: {} } } }).definition,
  );
  const [all, some] = [compileCatalogue(definition), smaller].map((catalogue) =>
    compileRole(catalogue, role("1", ["a:edit", "a:view"])),
  );
  expect([[...(all?.chosen ?? [])], [...(some?.chosen ?? [])]]).toEqual([["a:view", "a:edit"], ["a:view"]]);
});

test("more catalogues than are kept don't change results", () => {
  const { compileCatalogue } = createSharedCompiler();
  for (let n = 0; n < 40; n += 1) {
    const groups = definePermissions({ [`g${n}`]: { label: "G", actions: { view: {} } } }).definition;
    expect(compileCatalogue(groups).permissions).toEqual([`g${n}:view`]);
  }
});
