import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "./csv.ts";

test("a record ends with CR LF and has a comma between cells", () => {
  expect(csvLine(["Ayşe", 4, null, "x"])).toBe("Ayşe,4,,x\r\n");
});

test.each([
  ["a comma", "Smith, Jo", '"Smith, Jo"'],
  ["a quote", 'Jo "J" Smith', '"Jo ""J"" Smith"'],
  ["a line break", "one\ntwo", '"one\ntwo"'],
])("a cell with %s is quoted", (_, value, expected) => {
  expect(csvLine([value])).toBe(`${expected}\r\n`);
});

test.each(["=1+1", "+1", "-1", "@x", "\tx", '=cmd|" /C calc"!A0'])("the formula %j becomes text", (value) => {
  expect(csvLine([value])).toMatch(/^"?'[=+\-@\t]/);
});

test.each([
  ["x;=1+1", '"x;\'=1+1"'],
  ["x\t=1+1", '"x\t\'=1+1"'],
  ["x\r@SUM(A1)", '"x\r\'@SUM(A1)"'],
  ["x\n-2", '"x\n\'-2"'],
  ["x; =1", '"x; \'=1"'],
  ['x;"=1', '"x;""\'=1"'],
  [" =1+1", "' =1+1"],
  ["\uff1d1+1", "'\uff1d1+1"],
])("a formula after another separator in %j becomes text", (value, expected) => {
  expect(csvLine([value])).toBe(`${expected}\r\n`);
});

/** Reads text as a spreadsheet with this separator: a quotation mark counts only at the start of a cell. */
function readCells(text: string, separator: string): readonly string[] {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"?)?([^${separator}\\r\\n]*)(?:[${separator}\\r\\n]|$)`, "gy");
  return [...text.matchAll(cell)].map(([, quoted = "", rest = ""]) => quoted.replaceAll('""', '"') + rest);
}

test("no text produces a cell that starts like a formula, with any separator", () => {
  const signs = fc.constantFrom("=", "+", "-", "@", ";", "\t", "\r", "\n", '"', "'", ",", "x", "1", " ");
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: signs, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
      (cells) => {
        for (const separator of [",", ";", "\t"])
          for (const cell of readCells(csvLine(cells), separator)) expect(cell).not.toMatch(/^[=+\-@]/);
      },
    ),
  );
});

test("a carriage return at the start is escaped and quoted", () => {
  expect(csvLine(["\r=1"])).toBe("\"'\r'=1\"\r\n");
});

test("a negative number stays a number", () => {
  expect(csvLine([-3])).toBe("-3\r\n");
});
