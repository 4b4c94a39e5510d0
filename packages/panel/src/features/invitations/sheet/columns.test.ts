import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { meanings, people, read, roles } from "../../../../test/sheet-fixtures.ts";
import { validatePeople } from "../invite-many/listed-people.ts";
import type { ListedPerson } from "./listed-rows.ts";

const readFile = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

describe("files that people send", () => {
  const ada = { text: "ada@example.com", name: "Ada Lovelace", roles: ["Viewer"] };
  const bob = { text: "bob@example.com", name: "Bob", roles: ["Viewer"] };
  test.each<[string, readonly Omit<ListedPerson, "line">[]]>([
    ["german-heads.csv", [ada]],
    ["excel-tr-template-filled.csv", [ada, bob]],
    ["excel-one-column.csv", [ada, bob]],
    ["sep.csv", [{ ...ada, text: "ada2@example.com" }]],
    [
      "work-email.csv",
      [
        { text: "ada1@example.com", name: "Ada", roles: ["Viewer"] },
        { text: "bob1@example.com", name: "Bob", roles: ["Viewer"] },
      ],
    ],
    [
      "google.csv",
      [
        { text: "ada5@example.com", name: "Ada Lovelace" },
        { text: "bob5@example.com", name: "Bob Stone" },
      ],
    ],
    [
      "first-row-typo.csv",
      [
        { text: "ada3.example.com", name: "Ada" },
        { text: "bob3@example.com", name: "Bob" },
      ],
    ],
    ["role-with-comma.csv", [{ text: "ada@example.com", name: "Ada", roles: ["Sales, EMEA"] }]],
  ])("%s: one person for each row, without a question", (file, expected) => {
    expect(people(readFile(file)).map(({ line: _, ...person }) => person)).toEqual(expected);
  });

  test("the misspelled first row says why, and the private address is never invited", () => {
    const errors = (file: string) =>
      validatePeople(people(readFile(file)), roles, ["Viewer"]).map(({ email, error }) => [email, error?.is]);
    expect(errors("first-row-typo.csv")).toEqual([
      [null, "address"],
      ["bob3@example.com", undefined],
    ]);
    expect(meanings(readFile("google.csv"))).toContain("Recovery Email: ignore");
    expect(errors("google.csv").map(([email]) => email)).toEqual(["ada5@example.com", "bob5@example.com"]);
  });

  test("an unclosed quote is named by its line, and nobody is read", () => {
    expect(read(readFile("unclosed-quote.csv"))).toEqual({ is: "open-quote", line: 2 });
  });

  test("a cell is tried as the name of one role first", () => {
    expect(roles.resolve("Sales, EMEA")).toEqual({ roleIds: ["Sales, EMEA"] });
    expect(validatePeople(people(readFile("role-with-comma.csv")), roles, [])[0]?.roleIds).toEqual([
      "Sales, EMEA",
    ]);
  });
});

describe("columns", () => {
  test("a column that isn't understood, and a role column with an unknown title, have no meaning", () => {
    expect(meanings("Team;Work mail;Ad Soyad;Yetki\nRed;a@x.com;Ayşe;Viewer")).toEqual([
      "Team: null",
      "Work mail: email",
      "Ad Soyad: name",
      "Yetki: null",
    ]);
  });

  test("two columns of addresses with titles that don't decide are both asked", () => {
    expect(meanings("Office mail,Private mail\na@x.com,b@y.com")).toEqual([
      "Office mail: null",
      "Private mail: null",
    ]);
    expect(meanings("E-mail,Mail,Name\na@x.com,b@y.com,Ada")).toEqual([
      "E-mail: null",
      "Mail: null",
      "Name: name",
    ]);
    expect(meanings("E-mail,Mail,Name\na@x.com,,Ada").slice(0, 2)).toEqual(["E-mail: email", "Mail: ignore"]);
  });

  test("without titles only names of roles and a single other column have a meaning", () => {
    expect(meanings("a@x.com,Ada,Viewer")).toEqual([": email", ": name", ": roles"]);
    expect(meanings("a@x.com,Ada,Lovelace")).toEqual([": email", ": null", ": null"]);
    expect(meanings("a@x.com,+90 555 1234567")).toEqual([": email", ": null"]);
    expect(meanings("Ada,a@x.com,a@home.example\nBob,b@x.com,")).toEqual([": null", ": null", ": null"]);
  });

  test("a first row without an address and without a known title is asked", () => {
    const text = "Collega;Contatto\nAda;a@x.com";
    expect(read(text)).toEqual({ is: "titles?" });
    expect(people(text, { hasTitles: false })).toHaveLength(2);
    expect(people(text, { hasTitles: true, meanings: ["name", "email"] })).toEqual([
      { line: 2, text: "a@x.com", name: "Ada" },
    ]);
  });

  test("last names follow first names, and a whole name replaces both", () => {
    const name = (text: string) => people(text)[0]?.name;
    expect(name("Soyadı;Adı;E-posta\nYılmaz;Ayşe;a@x.com")).toBe("Ayşe Yılmaz");
    expect(name("Name;Vorname;E-Mail\nVoß;Jürgen;j@x.com")).toBe("Jürgen Voß");
    expect(name("Display name,First name,Last name,Mail\nAda L.,Ada,Lovelace,a@x.com")).toBe("Ada L.");
  });

  test("a row with more cells than the first one, and a cell that contains another row, are faulty", () => {
    expect(
      people("E-mail,Name,Roles\na@x.com,Voß, JJ,Viewer\nb@x.com,Jo,Viewer").map((one) => one.fault),
    ).toEqual(["columns", undefined]);
    const [first] = people('E-mail,Name\na@x.com,"Ada\nb@x.com,Bob"\nc@x.com,Cy');
    expect(first?.fault).toBe("lines");
    expect(validatePeople(first === undefined ? [] : [first], roles, ["Viewer"])[0]?.error).toEqual({
      is: "lines",
    });
  });
});
