import { byteOrderMark, csvLine, type RoleView } from "@gatehouse/sdk/contract";
import { describe, expect, test } from "vitest";
import { maxBytes, parsePeople, validatePeople } from "./listed-people.ts";

describe("parsePeople", () => {
  describe("tables", () => {
    test.each([",", ";", "\t"])("with headers, separated by %j", (separator) => {
      const text = [
        ["E-mail", "Name", "Roles"],
        ["a@x.com", "Ayşe Yılmaz", "Viewer|Marketer"],
        ["j@x.com", "Jürgen", ""],
      ]
        .map((cells) => cells.join(separator))
        .join("\r\n");
      expect(parsePeople(text)).toEqual([
        { line: 2, text: "a@x.com", name: "Ayşe Yılmaz", roles: ["Viewer", "Marketer"] },
        { line: 3, text: "j@x.com", name: "Jürgen" },
      ]);
    });

    test("quoted cells may contain separators, quotes and line breaks; line numbers stay correct", () => {
      const text = 'Name,E-mail,Roles\n"Voß, ""JJ""\nJürgen",j@x.com,"Viewer, Marketer"\nİnci,i@x.com,';
      expect(parsePeople(text)).toEqual([
        { line: 2, text: "j@x.com", name: 'Voß, "JJ" Jürgen', roles: ["Viewer", "Marketer"] },
        { line: 4, text: "i@x.com", name: "İnci" },
      ]);
    });

    test.each([
      [
        "spaces before and after quoted cells",
        'a@x.com, "Voß, JJ" , ""\nb@x.com, "Ash, B" ,"Viewer"',
        "Voß, JJ",
      ],
      ["text after a closing quote", '"a@x.com","Ash" Voß,\n"b@x.com",Jo,"Viewer"', '"Ash" Voß'],
      ["mixed line endings", '"a@x.com",Ash,""\r\n"b@x.com",Jo,"Viewer"\rc@x.com,Al,\n', "Ash"],
    ])("reads every record of a table with %s", (_, text, name) => {
      const [first, second] = parsePeople(text);
      expect(first).toEqual({ line: 1, text: "a@x.com", name });
      expect(second).toMatchObject({ line: 2, text: "b@x.com", roles: ["Viewer"] });
    });

    test("Turkish headers, first and last names, a byte order mark, a row without an address", () => {
      const text = `${byteOrderMark}Adı;Soyadı;E-POSTA;Roller\nAyşe;Yılmaz;a@x.com;İzleyici\nİnci;Şahin;;\n;;;\n`;
      expect(parsePeople(text)).toEqual([
        { line: 2, text: "a@x.com", name: "Ayşe Yılmaz", roles: ["İzleyici"] },
        { line: 3, text: "", name: "İnci Şahin" },
      ]);
    });

    test("a single column with a header; two and three columns without headers", () => {
      expect(parsePeople("E-posta\na@x.com\nb@x.com")).toEqual([
        { line: 2, text: "a@x.com" },
        { line: 3, text: "b@x.com" },
      ]);
      expect(parsePeople("a@x.com,Ayşe\nj@x.com,Jürgen")).toEqual([
        { line: 1, text: "a@x.com", name: "Ayşe" },
        { line: 2, text: "j@x.com", name: "Jürgen" },
      ]);
      expect(parsePeople("a@x.com,Ayşe,Viewer")).toEqual([
        { line: 1, text: "a@x.com", name: "Ayşe", roles: ["Viewer"] },
      ]);
    });

    test("a downloaded file of failures can be imported again", () => {
      const text = [
        ["E-mail", "Name", "Roles", "Reason"],
        ["a@x.com", "=Ayşe", "Viewer", "no"],
      ].map(csvLine);
      expect(parsePeople(byteOrderMark + text.join(""))).toEqual([
        { line: 2, text: "a@x.com", name: "=Ayşe", roles: ["Viewer"] },
      ]);
    });
  });

  describe("anything else", () => {
    test("addresses of all forms", () => {
      expect(parsePeople("a@x.com, Ayşe <b@x.com>; c@x.com\nd@x.com e@x.com")).toEqual([
        { line: 1, text: "a@x.com" },
        { line: 2, text: "b@x.com", name: "Ayşe" },
        { line: 3, text: "c@x.com" },
        { line: 4, text: "d@x.com" },
        { line: 5, text: "e@x.com" },
      ]);
    });

    test.each(["", " \n\t;,, \r\n", byteOrderMark])("no people in %j", (text) => {
      expect(parsePeople(text)).toEqual([]);
    });

    test("rejects a binary file", () => {
      expect(parsePeople("PK\u0003\u0004\0\0xl/workbook.xml")).toBe("no-text");
      expect(parsePeople("\ufffdPNG\r\n")).toBe("no-text");
    });

    test("an unclosed quote takes the rest of the text", () => {
      expect(parsePeople('E-mail,Name\na@x.com,"Ayşe\nb@x.com,Jürgen')).toEqual([
        { line: 2, text: "a@x.com", name: "Ayşe b@x.com,Jürgen" },
      ]);
    });

    test("every one of 1,001 rows is counted", () => {
      const rows = Array.from({ length: 1001 }, (_, index) => `u${index}@x.com`);
      expect(parsePeople(rows.join("\n"))).toHaveLength(1001);
      expect(parsePeople(rows.join(" "))).toHaveLength(1001);
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
      parsePeople(text);
      expect(performance.now() - begin).toBeLessThan(60_000);
    });
  });
});

describe("validatePeople", () => {
  const role = (id: string, name: string): RoleView => ({ id, name }) as RoleView;
  const roles = [role("v", "Viewer"), role("i", "İzleyici")];
  const judge = (people: Parameters<typeof validatePeople>[0], usual: readonly string[] = ["v"]) =>
    validatePeople(people, roles, usual).map(({ email, roleIds, error }) => [email, roleIds, error]);

  test("uses the roles of the row, ignoring case and accents, or the default roles", () => {
    expect(
      judge([
        { line: 1, text: "A@x.com" },
        { line: 2, text: "b@x.com", roles: ["VIEWER", "izleyici"] },
      ]),
    ).toEqual([
      ["a@x.com", ["v"], null],
      ["b@x.com", ["v", "i"], null],
    ]);
  });

  test("reports an invalid address, a duplicate, an unknown role and a missing role", () => {
    expect(
      judge(
        [
          { line: 1, text: "" },
          { line: 2, text: "foo" },
          { line: 3, text: "a@x.com", roles: ["Viewer"] },
          { line: 4, text: "A@X.com", roles: ["Viewer"] },
          { line: 5, text: "b@x.com", roles: ["Viewer", "Boss"] },
          { line: 6, text: "c@x.com" },
        ],
        [],
      ).map(([, , fault]) => fault),
    ).toEqual([
      { is: "address", fault: "empty" },
      { is: "address", fault: "no-at" },
      null,
      { is: "duplicate" },
      { is: "unknown-role", role: "Boss" },
      { is: "no-role" },
    ]);
  });
});
