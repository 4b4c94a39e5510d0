import { expect, test } from "vitest";
import { matchRanges } from "./highlight.tsx";

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
])("marks the matches in %s of the query %s", (text, query, expected) => {
  expect(marked(text, query)).toBe(expected);
});

test("marks the whole letter when the query ends inside its folded form", () => {
  expect(marked("Straße", "stras")).toBe("[Straß]e");
  expect(marked("Straße", "se")).toBe("Stra[ße]");
});

test("joins matches that share a letter", () => {
  expect(marked("ß", "s")).toBe("[ß]");
});

test("marks a letter with a combining dot", () => {
  expect(marked("I\u0307nci", "in")).toBe("[I\u0307n]ci");
});

test("marks every occurrence", () => {
  expect(marked("banana", "an")).toBe("b[anan]a");
});

test("matches pattern characters literally", () => {
  expect(marked("a.b%c_d", "%c_")).toBe("a.b[%c_]d");
  expect(marked("abc", ".")).toBe("abc");
});

test("marks nothing for an empty query or one that folds to nothing", () => {
  expect(matchRanges("Aydın", "  ")).toEqual([]);
  expect(matchRanges("Aydın", "\u0301")).toEqual([]);
});
