import { expect, test } from "vitest";
import { searchWords, toContainsPattern } from "./search-words.ts";

test.each([
  ["ISPARTA", ["isparta"]],
  ["ısparta", ["isparta"]],
  ["İstanbul", ["istanbul"]],
  ["  Zoë   Müller ", ["zoe", "muller"]],
  ["王伟", ["王伟"]],
  ["ali ALI", ["ali"]],
  ["  ", []],
  ["\u200Bowner@acme.test\uFEFF", ["owner@acme.test"]],
  [undefined, []],
])("%j is searched for as %j", (query, words) => {
  expect(searchWords(query)).toEqual(words);
});

test("LIKE wildcards are escaped", () => {
  expect(toContainsPattern("50%_a\\b'c")).toBe("%50\\%\\_a\\\\b'c%");
});
