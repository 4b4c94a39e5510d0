import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import { describe, expect, test } from "vitest";
import { people, read, roles } from "../../../../test/sheet-fixtures.ts";
import { maxBytes, validatePeople } from "../invite-many/listed-people.ts";

describe("tables", () => {
  test.each([",", ";", "\t"])("with titles, separated by %j", (separator) => {
    const text = [
      ["E-mail", "Name", "Roles"],
      ["a@x.com", "Ayşe Yılmaz", "Viewer|Marketer"],
      ["j@x.com", "Jürgen", ""],
    ]
      .map((cells) => cells.join(separator))
      .join("\r\n");
    expect(people(text)).toEqual([
      { line: 2, text: "a@x.com", name: "Ayşe Yılmaz", roles: ["Viewer|Marketer"] },
      { line: 3, text: "j@x.com", name: "Jürgen" },
    ]);
  });

  test("quoted cells may contain separators, quotes and line breaks; line numbers stay correct", () => {
    const text = 'Name,E-mail,Roles\n"Voß, ""JJ""\nJürgen",j@x.com,"Viewer, Marketer"\nİnci,i@x.com,';
    expect(people(text)).toEqual([
      { line: 2, text: "j@x.com", name: 'Voß, "JJ" Jürgen', roles: ["Viewer, Marketer"] },
      { line: 4, text: "i@x.com", name: "İnci" },
    ]);
  });

  test.each([
    [
      "spaces before and after quoted cells",
      'a@x.com, "Voß, JJ" , ""\nb@x.com, "Ash, B" ,"Viewer"',
      "Voß, JJ",
    ],
    ["mixed line endings", '"a@x.com",Ash,""\r\n"b@x.com",Jo,"Viewer"\rc@x.com,Al,\n', "Ash"],
  ])("every record of a table with %s", (_, text, name) => {
    const [first, second] = people(text);
    expect(first).toEqual({ line: 1, text: "a@x.com", name });
    expect(second).toMatchObject({ line: 2, text: "b@x.com", roles: ["Viewer"] });
  });

  test.each([
    ["text after a closing quote", 'E-mail,Name\nc@x.com,C\na@x.com,"Ash" Voß\nb@x.com,Jo', 3],
    ["a quote that another one closes", 'E-mail,Name\na@x.com,"Ada\nb@x.com,"Bob"', 2],
    ["line breaks in cells before", 'E-mail,Name\na@x.com,"A\nB"\nb@x.com,"Bob', 4],
    ["a line with the separator", 'sep=,\nE-mail,Name\na@x.com,"Ada', 3],
  ])("an invalid quote is named by its line: %s", (_, text, line) => {
    expect(read(text)).toEqual({ is: "open-quote", line });
  });

  test("Turkish titles, a byte order mark, a row without an address", () => {
    const text = `${byteOrderMark}Adı;Soyadı;E-POSTA;Roller\nAyşe;Yılmaz;a@x.com;İzleyici\nİnci;Şahin;;\n;;;\n`;
    expect(people(text)).toEqual([
      { line: 2, text: "a@x.com", name: "Ayşe Yılmaz", roles: ["İzleyici"] },
      { line: 3, text: "", name: "İnci Şahin" },
    ]);
  });

  test("a single column with a title; two columns without titles", () => {
    expect(people("E-posta\na@x.com\nb@x.com")).toEqual([
      { line: 2, text: "a@x.com" },
      { line: 3, text: "b@x.com" },
    ]);
    expect(people("a@x.com,Ayşe\nj@x.com,Jürgen")).toEqual([
      { line: 1, text: "a@x.com", name: "Ayşe" },
      { line: 2, text: "j@x.com", name: "Jürgen" },
    ]);
  });

  test("an address with a name in its cell", () => {
    expect(people('E-mail,Roles\n"Ayşe <a@x.com>",Viewer')).toEqual([
      { line: 2, text: "a@x.com", name: "Ayşe", roles: ["Viewer"] },
    ]);
  });

  test("a template with two columns that a spreadsheet with another separator saved", () => {
    expect(people("E-mail,Name,Roles;\r\na@x.com;Ada\r\n")).toEqual([
      { line: 2, text: "a@x.com", name: "Ada" },
    ]);
  });

  test("a downloaded file of failures can be imported again", () => {
    const text = [
      ["E-mail", "Name", "Roles", "Reason"],
      ["a@x.com", "=Ayşe", "Viewer; Sales, EMEA", "no"],
    ].map(csvLine);
    expect(people(byteOrderMark + text.join(""))).toEqual([
      { line: 2, text: "a@x.com", name: "=Ayşe", roles: ["Viewer; Sales, EMEA"] },
    ]);
  });
});

describe("anything else", () => {
  test("addresses of all forms", () => {
    expect(people("a@x.com, Ayşe <b@x.com>; c@x.com\nd@x.com e@x.com")).toEqual([
      { line: 1, text: "a@x.com" },
      { line: 2, text: "b@x.com", name: "Ayşe" },
      { line: 3, text: "c@x.com" },
      { line: 4, text: "d@x.com" },
      { line: 5, text: "e@x.com" },
    ]);
  });

  test.each([
    ["a@x.com,b@x.com\nc@x.com,d@x.com", 4],
    ["a@x.com, jürgen voss, b@x.com", 3],
    ["a@x.com,\nb@x.com, c@x.com,\nfoo, d@x.com", 5],
    ["Kontakte\na@x.com\nb@x.com", 3],
    ['"Yılmaz, Ayşe" <a@x.com>, "Voß, J" <j@x.com>', 2],
  ])("typed lists are no tables, and every entry is kept: %j", (text, count) => {
    expect(people(text)).toHaveLength(count);
  });

  test.each(["", " \n\t;,, \r\n", byteOrderMark])("no people in %j", (text) => {
    expect(people(text)).toEqual([]);
  });

  test("rejects a binary file", () => {
    expect(read("PK\u0003\u0004\0\0xl/workbook.xml")).toEqual({ is: "no-text" });
    expect(read("\ufffdPNG\r\n")).toEqual({ is: "no-text" });
  });

  test("every one of 1,001 rows is counted", () => {
    const rows = Array.from({ length: 1001 }, (_, index) => `u${index}@x.com`);
    expect(people(rows.join("\n"))).toHaveLength(1001);
    expect(people(rows.join(" "))).toHaveLength(1001);
    expect(people(`E-mail,Name\n${rows.map((row) => `${row},Ada`).join("\n")}`)).toHaveLength(1001);
  });

  test("1,000 rows of ten columns are read within a second", () => {
    const row = (index: number) =>
      `u${index}@x.com,"Lovelace, Ada ${index}","Viewer; Marketer"${",x".repeat(7)}`;
    const text = Array.from({ length: 1000 }, (_, index) => row(index)).join("\r\n");
    const durations = [0, 1, 2].map(() => {
      const begin = performance.now();
      const list = people(text, { meanings: ["email", "name", "roles"] });
      expect(validatePeople(list, roles, [])).toHaveLength(1000);
      return performance.now() - begin;
    });
    expect(Math.min(...durations)).toBeLessThan(1000);
  });

  test.each([
    ["one long word", "a"],
    ["open brackets", "<"],
    ["closed brackets", "a>"],
    ["quotes", '"'],
    ["separators", ",;"],
    ["addresses", "a@x.com "],
    ["short lines", "x\n"],
    // About a second; hours if the time were quadratic. The limit allows for a busy machine.
  ])("parses 5 MB of %s in linear time", { timeout: 120_000 }, (_, piece) => {
    const text = piece.repeat(Math.floor(maxBytes / piece.length));
    const begin = performance.now();
    read(text);
    expect(performance.now() - begin).toBeLessThan(60_000);
  });
});
