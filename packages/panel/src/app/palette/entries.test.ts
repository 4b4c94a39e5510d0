import { expect, test } from "vitest";
import { addRecent, type Entry, matching, readRecent } from "./entries.ts";

const entry = (text: string, about?: string): Entry => ({
  id: text,
  text,
  run: () => {},
  ...(about === undefined ? {} : { about }),
});
const all = [entry("New role"), entry("Roles"), entry("Işıl Aydın", "isil@lodos.example"), entry("Sign out")];
const texts = (query: string) => matching(all, query).map(({ text }) => text);

test("finds every word anywhere, by the search's folding, and what begins with it first", () => {
  expect(texts("rol")).toEqual(["Roles", "New role"]);
  expect(texts("ISIL aydin")).toEqual(["Işıl Aydın"]);
  expect(texts("lodos")).toEqual(["Işıl Aydın"]);
  expect(texts("sign role")).toEqual([]);
});

test("offers everything while nothing is typed", () => {
  expect(texts("  ")).toHaveLength(4);
});

test("remembers five choices, the newest first, each once", () => {
  const five = ["b", "a", "c", "d", "e"];
  expect(addRecent(five, "a")).toBe("a b c d e");
  expect(readRecent(addRecent(five, "f"))).toEqual(["f", "b", "a", "c", "d"]);
  expect(readRecent(null)).toEqual([]);
});
