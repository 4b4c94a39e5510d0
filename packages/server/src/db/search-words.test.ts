import { expect, test } from "vitest";
import {
  isShortWord,
  searchWords,
  toBeginningExpression,
  toBeginningPatterns,
  toContainsPattern,
} from "./search-words.ts";

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

test.each([
  ["a", true],
  ["ze", true],
  ["ив", true],
  ["9", true],
  ["zey", false],
  ["@l", false],
  ["王伟", false],
])("whether “%s” is looked for only at the beginning of words: %s", (word, expected) => {
  expect(isShortWord(word)).toBe(expected);
});

test.each([
  ["zeynep kaya\nz.kaya@lodos.example", "lo", true],
  ["zeynep kaya\nz.kaya@lodos.example", "ze", true],
  ["zeynep kaya\nz.kaya@lodos.example", "ka", true],
  ["al-mansuri", "ma", true],
  ["o'connor", "co", true],
  ["zeynep", "ey", false],
  ["a.b", "a.", true],
  ["ab", "a.", false],
])("patterns and expression find in “%s” the beginning “%s”: %s", (text, word, expected) => {
  const isLike = (pattern: string): boolean => {
    const part = pattern.replace(/^%|%$/g, "").replace(/\\(.)/g, "$1");
    return pattern.startsWith("%") ? text.includes(part) : text.startsWith(part);
  };
  expect(toBeginningPatterns(word).some(isLike)).toBe(expected);
  expect(new RegExp(toBeginningExpression(word)).test(text)).toBe(expected);
});
