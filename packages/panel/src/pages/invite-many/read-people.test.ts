import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import { describe, expect, test } from "vitest";
import { mostBytes, readPeople } from "./read-people.ts";

describe("tables", () => {
  test.each([",", ";", "\t"])("with heads, separated by %j", (separator) => {
    const text = [
      ["E-mail", "Name", "Roles"],
      ["a@x.com", "Ayşe Yılmaz", "Viewer|Marketer"],
      ["j@x.com", "Jürgen", ""],
    ]
      .map((cells) => cells.join(separator))
      .join("\r\n");
    expect(readPeople(text)).toEqual([
      { line: 2, text: "a@x.com", name: "Ayşe Yılmaz", roles: ["Viewer", "Marketer"] },
      { line: 3, text: "j@x.com", name: "Jürgen" },
    ]);
  });

  test("quoted cells hold separators, quotes and line breaks, and lines are still counted", () => {
    const text = 'Name,E-mail,Roles\n"Voß, ""JJ""\nJürgen",j@x.com,"Viewer, Marketer"\nİnci,i@x.com,';
    expect(readPeople(text)).toEqual([
      { line: 2, text: "j@x.com", name: 'Voß, "JJ" Jürgen', roles: ["Viewer", "Marketer"] },
      { line: 4, text: "i@x.com", name: "İnci" },
    ]);
  });

  test("Turkish heads, first and last names, a byte order mark, a row without an address", () => {
    const text = `${byteOrderMark}Adı;Soyadı;E-POSTA;Roller\nAyşe;Yılmaz;a@x.com;İzleyici\nİnci;Şahin;;\n;;;\n`;
    expect(readPeople(text)).toEqual([
      { line: 2, text: "a@x.com", name: "Ayşe Yılmaz", roles: ["İzleyici"] },
      { line: 3, text: "", name: "İnci Şahin" },
    ]);
  });

  test("a single column with a head, and without heads two and three columns", () => {
    expect(readPeople("E-posta\na@x.com\nb@x.com")).toEqual([
      { line: 2, text: "a@x.com" },
      { line: 3, text: "b@x.com" },
    ]);
    expect(readPeople("a@x.com,Ayşe\nj@x.com,Jürgen")).toEqual([
      { line: 1, text: "a@x.com", name: "Ayşe" },
      { line: 2, text: "j@x.com", name: "Jürgen" },
    ]);
    expect(readPeople("a@x.com,Ayşe,Viewer")).toEqual([
      { line: 1, text: "a@x.com", name: "Ayşe", roles: ["Viewer"] },
    ]);
  });

  test("a file of failures that was written here can be given again", () => {
    const text = [
      ["E-mail", "Name", "Roles", "Reason"],
      ["a@x.com", "=Ayşe", "Viewer", "no"],
    ].map(csvLine);
    expect(readPeople(byteOrderMark + text.join(""))).toEqual([
      { line: 2, text: "a@x.com", name: "=Ayşe", roles: ["Viewer"] },
    ]);
  });
});

describe("anything else", () => {
  test("addresses of all forms", () => {
    expect(readPeople("a@x.com, Ayşe <b@x.com>; c@x.com\nd@x.com e@x.com")).toEqual([
      { line: 1, text: "a@x.com" },
      { line: 2, text: "b@x.com", name: "Ayşe" },
      { line: 3, text: "c@x.com" },
      { line: 4, text: "d@x.com" },
      { line: 5, text: "e@x.com" },
    ]);
  });

  test.each(["", " \n\t;,, \r\n", byteOrderMark])("nobody in %j", (text) => {
    expect(readPeople(text)).toEqual([]);
  });

  test("a file that is no text says so", () => {
    expect(readPeople("PK\u0003\u0004\0\0xl/workbook.xml")).toBe("no-text");
    expect(readPeople("\ufffdPNG\r\n")).toBe("no-text");
  });

  test("a quote that never ends takes the rest and hangs nothing", () => {
    expect(readPeople('E-mail,Name\na@x.com,"Ayşe\nb@x.com,Jürgen')).toEqual([
      { line: 2, text: "a@x.com", name: "Ayşe b@x.com,Jürgen" },
    ]);
  });

  test("every one of 1,001 rows is counted", () => {
    const rows = Array.from({ length: 1001 }, (_, index) => `u${index}@x.com`);
    expect(readPeople(rows.join("\n"))).toHaveLength(1001);
    expect(readPeople(rows.join(" "))).toHaveLength(1001);
  });

  test.each([
    ["one long word", "a"],
    ["open brackets", "<"],
    ["closed brackets", "a>"],
    ["quotes", '"'],
    ["separators", ",;"],
    ["addresses", "a@x.com "],
    ["short lines", "x\n"],
    // A second or so; hours if the time grew with the square of the size. A busy machine is somewhere in between.
  ])("5 MB of %s are read in passable time", { timeout: 120_000 }, (_, piece) => {
    const text = piece.repeat(Math.floor(mostBytes / piece.length));
    const begin = performance.now();
    readPeople(text);
    expect(performance.now() - begin).toBeLessThan(60_000);
  });
});
