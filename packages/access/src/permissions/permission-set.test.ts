import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyCatalogue, assertProperty, at, catalogueWithSets, naiveClosure } from "../../test/arbitraries.ts";
import { parseCatalogue } from "../catalogue/index.ts";
import { definePermissions } from "./define.ts";
import { UnknownPermission } from "./errors.ts";
import {
  all,
  difference,
  fromNames,
  fromStoredNames,
  has,
  intersection,
  isEmpty,
  isSubset,
  names,
  none,
  union,
  unionOf,
} from "./permission-set.ts";

const catalogue = definePermissions({
  campaigns: {
    label: "Campaigns",
    actions: { view: {}, edit: { implies: ["view"] }, approve: { implies: ["edit", "people:view"] } },
  },
  people: { label: "People", actions: { view: {} } },
});

test("a set has the named permissions and their transitive closure", () => {
  const set = fromNames(catalogue, ["campaigns:approve"]);

  expect(names(set)).toEqual(["campaigns:view", "campaigns:edit", "campaigns:approve", "people:view"]);
  expect(has(set, "people:view")).toBe(true);
});

test("an implied permission doesn't include the one that implies it", () => {
  const set = fromNames(catalogue, ["campaigns:view"]);

  expect(names(set)).toEqual(["campaigns:view"]);
  expect(has(set, "campaigns:edit")).toBe(false);
});

test("an unknown name throws an error with similar names", () => {
  const stringly = parseCatalogue({ campaigns: { label: "Campaigns", actions: { approve: {} } } });
  const expected = expect.objectContaining({
    permission: "campaigns:aprove",
    near: ["campaigns:approve"],
    message: 'Unknown permission "campaigns:aprove". Did you mean "campaigns:approve"?',
  });

  expect(() => fromNames(stringly, ["campaigns:aprove"])).toThrow(UnknownPermission);
  expect(() => fromNames(stringly, ["campaigns:aprove"])).toThrow(expected);
  expect(() => has(all(stringly), "campaigns:aprove")).toThrow(expected);
});

test.for(["constructor", "toString", "__proto__", "", "campaigns", ":", "campaigns:view "])(
  "%j is an unknown name, also for the set of all permissions",
  (name) => {
    expect(() => has(all(parseCatalogue(catalogue.definition)), name)).toThrow(UnknownPermission);
  },
);

test("a very long unknown name is truncated in the message", () => {
  const error = new UnknownPermission("x".repeat(1_000_000), catalogue.permissions);

  expect(error.message.length).toBeLessThan(250);
});

test("a stored name that the catalogue no longer has is ignored", () => {
  expect(names(fromStoredNames(catalogue, ["campaigns:recall", "campaigns:edit"]))).toEqual([
    "campaigns:view",
    "campaigns:edit",
  ]);
});

test("the closure equals a plain search, and is idempotent", () => {
  const anyNames = anyCatalogue.chain((invented) =>
    fc.tuple(fc.constant(invented), fc.subarray([...invented.permissions])),
  );

  assertProperty(anyNames, ([invented, wanted]) => {
    const closed = names(fromNames(invented, wanted));
    expect(closed).toEqual(naiveClosure(invented, wanted));
    expect(names(fromNames(invented, closed))).toEqual(closed);
  });
});

test("operations agree with sets of names", () => {
  assertProperty(catalogueWithSets(2), ({ catalogue: invented, sets }) => {
    const [one, other] = [at(sets, 0), at(sets, 1)];
    const [inOne, inOther] = [new Set(names(one)), new Set(names(other))];
    const chosen = (keep: (name: string) => boolean): readonly string[] => invented.permissions.filter(keep);

    expect(names(union(one, other))).toEqual(chosen((name) => inOne.has(name) || inOther.has(name)));
    expect(names(unionOf(invented, [one, other]))).toEqual(names(union(one, other)));
    expect(names(intersection(one, other))).toEqual(chosen((name) => inOne.has(name) && inOther.has(name)));
    expect(names(difference(one, other))).toEqual(chosen((name) => inOne.has(name) && !inOther.has(name)));
    expect(isSubset(one, other)).toBe([...inOne].every((name) => inOther.has(name)));
    for (const name of invented.permissions) expect(has(one, name)).toBe(inOne.has(name));
  });
});

test("unions and intersections of closed sets are closed", () => {
  assertProperty(catalogueWithSets(2), ({ catalogue: invented, sets }) => {
    for (const combined of [union(at(sets, 0), at(sets, 1)), intersection(at(sets, 0), at(sets, 1))]) {
      expect(names(fromNames(invented, names(combined)))).toEqual(names(combined));
    }
  });
});

test("every set is a superset of none and a subset of all", () => {
  assertProperty(catalogueWithSets(1), ({ catalogue: invented, sets }) => {
    const set = at(sets, 0);
    expect(isSubset(none(invented), set) && isSubset(set, all(invented))).toBe(true);
    expect(names(all(invented))).toEqual(invented.permissions);
    expect(names(none(invented))).toEqual([]);
    expect(isEmpty(set)).toBe(names(set).length === 0);
  });
});

test("serialised names restore the same set", () => {
  assertProperty(catalogueWithSets(1), ({ catalogue: invented, sets }) => {
    const sent = JSON.stringify(names(at(sets, 0)));
    expect(fromStoredNames(invented, JSON.parse(sent))).toEqual(at(sets, 0));
  });
});

test("operations don't change their arguments", () => {
  const one = fromNames(catalogue, ["campaigns:edit"]);
  const other = fromNames(catalogue, ["people:view"]);

  union(one, other);
  unionOf(catalogue, [one, other]);
  difference(one, other);
  intersection(one, other);

  expect(names(one)).toEqual(["campaigns:view", "campaigns:edit"]);
  expect(names(other)).toEqual(["people:view"]);
});

test("sets of different catalogues can't be combined, even with equal sizes", () => {
  const one = parseCatalogue({ a: { label: "A", actions: { b: {} } } });
  const other = parseCatalogue({ a: { label: "A", actions: { c: {} } } });

  for (const operation of [union, difference, intersection, isSubset]) {
    expect(() => operation(all(one), all(other))).toThrow("Build both from the same one");
  }
  expect(() => unionOf(one, [all(other)])).toThrow(TypeError);
});

test("catalogues with the same permissions are equal", () => {
  const again = parseCatalogue(JSON.parse(JSON.stringify(catalogue.definition)));

  expect(isSubset(all(again), all(parseCatalogue(catalogue.definition)))).toBe(true);
});
