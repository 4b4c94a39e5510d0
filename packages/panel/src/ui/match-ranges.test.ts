import { expect, test } from "vitest";
import { matchRanges } from "./match-ranges.ts";

function marked(text: string, query: string): string {
  let end = 0;
  let written = "";
  for (const [start, stop] of matchRanges(text, query)) {
    written += `${text.slice(end, start)}[${text.slice(start, stop)}]`;
    end = stop;
  }
  return written + text.slice(end);
}

test.each([
  ["Aydın Kılınç", "in", "Ayd[ın] Kıl[ın]ç"],
  ["İnci Şahin", "in", "[İn]ci Şah[in]"],
  ["İNCİ ŞAHİN", "inci", "[İNCİ] ŞAHİN"],
  ["inci.sahin@lodos.example", "şahin", "inci.[sahin]@lodos.example"],
  ["ışıl", "ISIL", "[ışıl]"],
  ["Martin Gößwein", "gosswein", "Martin [Gößwein]"],
  ["Łukasz Øberg", "lukasz ø", "[Łukasz Ø]berg"],
])("marks in %s what a search for %s found", (text, query, expected) => {
  expect(marked(text, query)).toBe(expected);
});

test("marks a whole letter where the query ends inside its folded form", () => {
  expect(marked("Straße", "stras")).toBe("[Straß]e");
  expect(marked("Straße", "se")).toBe("Stra[ße]");
});

test("joins matches that share a letter", () => {
  expect(marked("ß", "s")).toBe("[ß]");
});

test("marks a letter whose dot is a character of its own", () => {
  expect(marked("I\u0307nci", "in")).toBe("[I\u0307n]ci");
});

test("marks every occurrence", () => {
  expect(marked("banana", "an")).toBe("b[anan]a");
});

test("takes characters of patterns literally", () => {
  expect(marked("a.b%c_d", "%c_")).toBe("a.b[%c_]d");
  expect(marked("abc", ".")).toBe("abc");
});

test("marks nothing for an empty query or one that folds to nothing", () => {
  expect(matchRanges("Aydın", "  ")).toEqual([]);
  expect(matchRanges("Aydın", "\u0301")).toEqual([]);
});
