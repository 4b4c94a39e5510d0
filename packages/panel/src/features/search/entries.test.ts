import { expect, test } from "vitest";
import { addRecent, type Entry, filterEntries, readRecent } from "./entries.ts";

const entry = (text: string, about?: string): Entry => ({
  id: text,
  text,
  run: () => {},
  ...(about === undefined ? {} : { about }),
});
const all = [entry("New role"), entry("Roles"), entry("Işıl Aydın", "isil@lodos.example"), entry("Sign out")];
const texts = (query: string) => filterEntries(all, query).map(({ text }) => text);

test("finds entries with every word, folded, and sorts matches at the start first", () => {
  expect(texts("rol")).toEqual(["Roles", "New role"]);
  expect(texts("ISIL aydin")).toEqual(["Işıl Aydın"]);
  expect(texts("lodos")).toEqual(["Işıl Aydın"]);
  expect(texts("sign role")).toEqual([]);
});

test("returns all entries for an empty query", () => {
  expect(texts("  ")).toHaveLength(4);
});

test("keeps the five most recent ids, newest first, without duplicates", () => {
  const five = ["b", "a", "c", "d", "e"];
  expect(addRecent(five, "a")).toBe("a b c d e");
  expect(readRecent(addRecent(five, "f"))).toEqual(["f", "b", "a", "c", "d"]);
  expect(readRecent(null)).toEqual([]);
});
