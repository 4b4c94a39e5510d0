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

/** Letters to change, put in or leave out, by the textbook. */
function distance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1)
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1),
        ),
      );
    previous = current;
  }
  return previous[to.length] ?? 0;
}

test("near is what differs in three letters at most, as the textbook counts them", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 12 });
  always(fc.tuple(word, word), ([name, known]) => {
    expect(nearNames(name, [known])).toEqual(distance(name, known) <= 3 ? [known] : []);
  });
});

test("what is longer than any name is near to nothing, and isn't compared", () => {
  const long = "x".repeat(133);
  expect(nearNames(long, ["x".repeat(129)])).toEqual([]);
  expect(nearNames("x".repeat(132), ["x".repeat(129)])).toEqual(["x".repeat(129)]);
});
