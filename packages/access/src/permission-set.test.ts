import * as fc from "fast-check";
import { expect, test } from "vitest";
import { always, anyCatalogue, at, catalogueWithSets, slowClosure } from "../test/arbitraries.ts";
import { parseCatalogue } from "./catalogue.ts";
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

test("a set holds what was named and all that this implies, to the end", () => {
  const set = fromNames(catalogue, ["campaigns:approve"]);

  expect(names(set)).toEqual(["campaigns:view", "campaigns:edit", "campaigns:approve", "people:view"]);
  expect(has(set, "people:view")).toBe(true);
});

test("what implies is not held for holding what it implies", () => {
  const set = fromNames(catalogue, ["campaigns:view"]);

  expect(names(set)).toEqual(["campaigns:view"]);
  expect(has(set, "campaigns:edit")).toBe(false);
});

test("an unknown name is an error with names that look alike, not an answer", () => {
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
  "%j is an unknown name even to a set of everything",
  (name) => {
    expect(() => has(all(parseCatalogue(catalogue.definition)), name)).toThrow(UnknownPermission);
  },
);

test("an endless unknown name is shortened in the message", () => {
  const error = new UnknownPermission("x".repeat(1_000_000), catalogue.permissions);

  expect(error.message.length).toBeLessThan(250);
});

test("a stored name that has left the catalogue gives nothing and is no error", () => {
  expect(names(fromStoredNames(catalogue, ["campaigns:recall", "campaigns:edit"]))).toEqual([
    "campaigns:view",
    "campaigns:edit",
  ]);
});

test("closing is what plain search finds, and closing again adds nothing", () => {
  const anyNames = anyCatalogue.chain((invented) =>
    fc.tuple(fc.constant(invented), fc.subarray([...invented.permissions])),
  );

  always(anyNames, ([invented, wanted]) => {
    const closed = names(fromNames(invented, wanted));
    expect(closed).toEqual(slowClosure(invented, wanted));
    expect(names(fromNames(invented, closed))).toEqual(closed);
  });
});

test("operations agree with sets of names", () => {
  always(catalogueWithSets(2), ({ catalogue: invented, sets }) => {
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
  always(catalogueWithSets(2), ({ catalogue: invented, sets }) => {
    for (const combined of [union(at(sets, 0), at(sets, 1)), intersection(at(sets, 0), at(sets, 1))]) {
      expect(names(fromNames(invented, names(combined)))).toEqual(names(combined));
    }
  });
});

test("every set lies between none and all", () => {
  always(catalogueWithSets(1), ({ catalogue: invented, sets }) => {
    const set = at(sets, 0);
    expect(isSubset(none(invented), set) && isSubset(set, all(invented))).toBe(true);
    expect(names(all(invented))).toEqual(invented.permissions);
    expect(names(none(invented))).toEqual([]);
    expect(isEmpty(set)).toBe(names(set).length === 0);
  });
});

test("names sent and read back make the same set", () => {
  always(catalogueWithSets(1), ({ catalogue: invented, sets }) => {
    const sent = JSON.stringify(names(at(sets, 0)));
    expect(fromStoredNames(invented, JSON.parse(sent))).toEqual(at(sets, 0));
  });
});

test("operations leave their arguments as they were", () => {
  const one = fromNames(catalogue, ["campaigns:edit"]);
  const other = fromNames(catalogue, ["people:view"]);

  union(one, other);
  unionOf(catalogue, [one, other]);
  difference(one, other);
  intersection(one, other);

  expect(names(one)).toEqual(["campaigns:view", "campaigns:edit"]);
  expect(names(other)).toEqual(["people:view"]);
});

test("sets of different catalogues are never mixed, however many permissions each has", () => {
  const one = parseCatalogue({ a: { label: "A", actions: { b: {} } } });
  const other = parseCatalogue({ a: { label: "A", actions: { c: {} } } });

  for (const operation of [union, difference, intersection, isSubset]) {
    expect(() => operation(all(one), all(other))).toThrow("Build both from the same one");
  }
  expect(() => unionOf(one, [all(other)])).toThrow(TypeError);
});

test("two catalogues with the same permissions count as the same", () => {
  const again = parseCatalogue(JSON.parse(JSON.stringify(catalogue.definition)));

  expect(isSubset(all(again), all(parseCatalogue(catalogue.definition)))).toBe(true);
});
