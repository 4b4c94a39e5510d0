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

test("a carriage return at the start is neutralised and quoted", () => {
  expect(csvLine(["\r=1"])).toBe('"\'\r=1"\r\n');
});

test("a negative number stays a number", () => {
  expect(csvLine([-3])).toBe("-3\r\n");
});
