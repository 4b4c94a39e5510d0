import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assertProperty } from "../../test/arbitraries.ts";
import { suggestNames } from "./errors.ts";

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
  expect(suggestNames(name, known)).toEqual(expected);
});

test("suggests at most three, nearest first, ties in catalogue order", () => {
  expect(suggestNames("aaaa", ["aabb", "aaab", "abbb", "aaac", "aaaa"])).toEqual(["aaaa", "aaab", "aaac"]);
});

test("suggests names within three edits, not four", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 4, maxLength: 20 });
  const edits = fc.array(
    fc.record({
      at: fc.nat(),
      kind: fc.constantFrom("change", "insert", "remove"),
      letter: fc.constantFrom("a", "b"),
    }),
    { maxLength: 3 },
  );

  assertProperty(fc.tuple(letters, edits), ([name, changes]) => {
    const edited = [...name];
    for (const { at, kind, letter } of changes) {
      edited.splice(
        at % (edited.length + 1),
        kind === "insert" ? 0 : 1,
        ...(kind === "remove" ? [] : [letter]),
      );
    }
    expect(suggestNames(edited.join(""), [name.join("")])).toEqual([name.join("")]);
    expect(suggestNames(`${name.join("")}`, [`xyzw${name.slice(4).join("")}`])).toEqual([]);
  });
});

/** Levenshtein distance, textbook implementation. */
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

test("suggests exactly the names with a Levenshtein distance of at most three", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", ":"), maxLength: 12 });
  assertProperty(fc.tuple(word, word), ([name, known]) => {
    expect(suggestNames(name, [known])).toEqual(distance(name, known) <= 3 ? [known] : []);
  });
});

test("names that differ in length by more than three are not suggested", () => {
  const long = "x".repeat(133);
  expect(suggestNames(long, ["x".repeat(129)])).toEqual([]);
  expect(suggestNames("x".repeat(132), ["x".repeat(129)])).toEqual(["x".repeat(129)]);
});
