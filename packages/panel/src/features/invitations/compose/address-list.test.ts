import { describe, expect, test } from "vitest";
import {
  addAddresses,
  formatAddress,
  listValidAddresses,
  maxAddresses,
  parsePasted,
  removeAddress,
  splitInput,
} from "./address-list.ts";
import { parseAddresses } from "./parse-addresses.ts";

const add = (text: string) => addAddresses([], parseAddresses(text)).addresses;

describe("reading", () => {
  test.each([
    "a@x.com,b@x.com",
    "a@x.com; b@x.com",
    "a@x.com b@x.com",
    "a@x.com\nb@x.com",
    "a@x.com\tb@x.com",
    " a@x.com ,, ;\r\n b@x.com \n",
    "<a@x.com>, <b@x.com>",
    "mailto:a@x.com b@x.com",
  ])("separates %j", (text) => {
    expect(parseAddresses(text)).toEqual([{ text: "a@x.com" }, { text: "b@x.com" }]);
  });

  test.each([
    ["Ayşe <a@x.com>", "Ayşe"],
    ["Ayşe Yılmaz <a@x.com>", "Ayşe Yılmaz"],
    ['"Yılmaz, Ayşe" <a@x.com>', "Yılmaz, Ayşe"],
    ["'Ayşe' < a@x.com >", "Ayşe"],
  ])("keeps the name of %j", (text, name) => {
    expect(parseAddresses(text)).toEqual([{ text: "a@x.com", name }]);
  });

  test("parses a list of recipients from an email client", () => {
    expect(parseAddresses("Ayşe Yılmaz <a@x.com>, Jürgen Voß <j@x.com>; c@x.com")).toEqual([
      { text: "a@x.com", name: "Ayşe Yılmaz" },
      { text: "j@x.com", name: "Jürgen Voß" },
      { text: "c@x.com" },
    ]);
  });

  test("keeps words without an address as one entry", () => {
    expect(parseAddresses("jürgen voss, a@x.com")).toEqual([{ text: "jürgen voss" }, { text: "a@x.com" }]);
  });

  test("returns nothing for an empty text", () => {
    expect(parseAddresses(" ,;\n\t ")).toEqual([]);
  });
});

describe("tables", () => {
  test("reads column names from the header", () => {
    const csv = 'Full name,E-mail\nAyşe Yılmaz,a@x.com\n"Voß, Jürgen",j@x.com\n';
    expect(parsePasted(csv)).toEqual([
      { text: "a@x.com", name: "Ayşe Yılmaz" },
      { text: "j@x.com", name: "Voß, Jürgen" },
    ]);
  });

  test("joins first and last name columns of a Turkish spreadsheet", () => {
    expect(parsePasted("Ad\tSoyad\tE-posta\nAyşe\tYılmaz\ta@x.com\r\nİnci\tŞahin\ti@x.com")).toEqual([
      { text: "a@x.com", name: "Ayşe Yılmaz" },
      { text: "i@x.com", name: "İnci Şahin" },
    ]);
  });

  test("takes the other of two columns without a header as the name", () => {
    expect(parsePasted("a@x.com;Ayşe\nj@x.com;Jürgen")).toEqual([
      { text: "a@x.com", name: "Ayşe" },
      { text: "j@x.com", name: "Jürgen" },
    ]);
  });

  test("reads a doubled quote as one", () => {
    expect(parsePasted('Name,Mail\n"Ayşe ""Ash"" Y",a@x.com')).toEqual([
      { text: "a@x.com", name: 'Ayşe "Ash" Y' },
    ]);
  });

  test.each([
    ["roles", "E-mail,Role\na@x.com,Viewer"],
    ["an unknown column", "Team,Mail,City\nRed,a@x.com,İzmir"],
    ["a second column of addresses", "Email,Recovery Email\na@x.com,b@x.com"],
    ["a first row that may be a person", "Ada,Office\na@x.com,Bob"],
    ["an unclosed quote", 'E-mail,Name\na@x.com,"Ada\nb@x.com,Bob'],
  ])("leaves a table with %s to the page for many invitations", (_, text) => {
    expect(parsePasted(text)).toBeNull();
  });

  test("does not read two lines of addresses as a table", () => {
    expect(parsePasted("a@x.com,b@x.com\nc@x.com,d@x.com")?.map(({ text }) => text)).toEqual([
      "a@x.com",
      "b@x.com",
      "c@x.com",
      "d@x.com",
    ]);
  });
});

describe("while typing", () => {
  test.each([
    ["a@x.com", "", "a@x.com"],
    ["a@x.com ", "a@x.com ", ""],
    ["a@x.com,b", "a@x.com,", "b"],
    ["Ayşe Yıl", "", "Ayşe Yıl"],
    ["Ayşe <a@x.com> ", "Ayşe <a@x.com> ", ""],
    ['"Yılmaz, A', "", '"Yılmaz, A'],
    ["a@x.com; Ayşe <b@x", "a@x.com;", "Ayşe <b@x"],
  ])("splits %j after %j", (text, complete, rest) => {
    expect(splitInput(text)).toEqual({ complete, rest });
  });
});

describe("the list", () => {
  test("gives each address a key, its canonical form and its error", () => {
    expect(add("A@X.com ayse@lodos foo a@x.com")).toEqual([
      { key: 1, text: "A@X.com", email: "a@x.com", fault: null },
      { key: 2, text: "ayse@lodos", email: null, fault: "no-ending" },
      { key: 3, text: "foo", email: null, fault: "no-at" },
      { key: 4, text: "a@x.com", email: "a@x.com", fault: "duplicate" },
    ]);
  });

  test("leaves out duplicates and invalid addresses", () => {
    expect(
      listValidAddresses(add("a@x.com, a@x.com, ayse@lodos, b@x.com")).map(({ email }) => email),
    ).toEqual(["a@x.com", "b@x.com"]);
  });

  test("a duplicate becomes valid when the first one is removed", () => {
    expect(removeAddress(add("a@x.com A@x.com"), 1)).toEqual([
      { key: 2, text: "A@x.com", email: "a@x.com", fault: null },
    ]);
  });

  test("accepts 1,000 addresses and returns the rest", () => {
    const found = Array.from({ length: maxAddresses + 2 }, (_, index) => ({ text: `u${index}@x.com` }));
    const { addresses, left } = addAddresses([], found);
    expect(addresses).toHaveLength(1000);
    expect(left).toEqual([{ text: "u1000@x.com" }, { text: "u1001@x.com" }]);
    expect(addAddresses(addresses, left)).toEqual({ addresses, left });
  });

  test.each(["a@x.com", "Ayşe <a@x.com>", '"Yılmaz, Ayşe" <a@x.com>', "foo bar"])(
    "formats %j as it was typed",
    (text) => {
      expect(parseAddresses(text).map(formatAddress)).toEqual([text]);
    },
  );
});
