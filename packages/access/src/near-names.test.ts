import * as fc from "fast-check";
import { expect, test } from "vitest";
import { always } from "../test/arbitraries.ts";
import { nearNames } from "./near-names.ts";

const known = [
  "campaigns:view",
  "campaigns:edit",
  "campaigns:approve",
  "people:view",
  "sms:view",
  "push:view",
];

test.for([
  ["campaigns:aprove", ["campaigns:approve"]],
  ["campaign:view", ["campaigns:view"]],
  ["campaings:edit", ["campaigns:edit"]],
  ["sm:view", ["sms:view", "push:view"]],
  ["", []],
  ["reports:export", []],
] as const)("for %j it suggests %j", ([name, expected]) => {
  expect(nearNames(name, known)).toEqual(expected);
});

test("at most three are suggested, nearest first, equals in catalogue order", () => {
  expect(nearNames("aaaa", ["aabb", "aaab", "abbb", "aaac", "aaaa"])).toEqual(["aaaa", "aaab", "aaac"]);
});

test("up to three letters may be changed, put in or left out; what has four changed is not near", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 4, maxLength: 20 });
  const edits = fc.array(
    fc.record({
      at: fc.nat(),
      kind: fc.constantFrom("change", "insert", "remove"),
      letter: fc.constantFrom("a", "b"),
    }),
    { maxLength: 3 },
  );

  always(fc.tuple(letters, edits), ([name, changes]) => {
    const edited = [...name];
    for (const { at, kind, letter } of changes) {
      edited.splice(
        at % (edited.length + 1),
        kind === "insert" ? 0 : 1,
        ...(kind === "remove" ? [] : [letter]),
      );
    }
    expect(nearNames(edited.join(""), [name.join("")])).toEqual([name.join("")]);
    expect(nearNames(`${name.join("")}`, [`xyzw${name.slice(4).join("")}`])).toEqual([]);
  });
});
