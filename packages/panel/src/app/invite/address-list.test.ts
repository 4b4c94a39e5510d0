import { describe, expect, test } from "vitest";
import {
  addAddresses,
  addressText,
  mostAddresses,
  readAddresses,
  readyAddresses,
  removeAddress,
  splitTyped,
} from "./address-list.ts";

const add = (text: string) => addAddresses([], readAddresses(text)).addresses;

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
    expect(readAddresses(text)).toEqual([{ text: "a@x.com" }, { text: "b@x.com" }]);
  });

  test.each([
    ["Ayşe <a@x.com>", "Ayşe"],
    ["Ayşe Yılmaz <a@x.com>", "Ayşe Yılmaz"],
    ['"Yılmaz, Ayşe" <a@x.com>', "Yılmaz, Ayşe"],
    ["'Ayşe' < a@x.com >", "Ayşe"],
  ])("keeps the name of %j", (text, name) => {
    expect(readAddresses(text)).toEqual([{ text: "a@x.com", name }]);
  });

  test("several people as a mail program writes them", () => {
    expect(readAddresses("Ayşe Yılmaz <a@x.com>, Jürgen Voß <j@x.com>; c@x.com")).toEqual([
      { text: "a@x.com", name: "Ayşe Yılmaz" },
      { text: "j@x.com", name: "Jürgen Voß" },
      { text: "c@x.com" },
    ]);
  });

  test("keeps words that are no address as one piece, so that nothing is lost", () => {
    expect(readAddresses("jürgen voss, a@x.com")).toEqual([{ text: "jürgen voss" }, { text: "a@x.com" }]);
  });

  test("finds nothing in nothing", () => {
    expect(readAddresses(" ,;\n\t ")).toEqual([]);
  });
});

describe("tables", () => {
  test("a head names the columns", () => {
    const csv = 'Full name,E-mail,Team\nAyşe Yılmaz,a@x.com,Red\n"Voß, Jürgen",j@x.com,Blue\n';
    expect(readAddresses(csv)).toEqual([
      { text: "a@x.com", name: "Ayşe Yılmaz" },
      { text: "j@x.com", name: "Voß, Jürgen" },
    ]);
  });

  test("first and last names in columns of their own, in Turkish, from a spreadsheet", () => {
    expect(readAddresses("Ad\tSoyad\tE-posta\nAyşe\tYılmaz\ta@x.com\r\nİnci\tŞahin\ti@x.com")).toEqual([
      { text: "a@x.com", name: "Ayşe Yılmaz" },
      { text: "i@x.com", name: "İnci Şahin" },
    ]);
  });

  test("two columns without a head: the other one is the name", () => {
    expect(readAddresses("a@x.com;Ayşe\nj@x.com;Jürgen")).toEqual([
      { text: "a@x.com", name: "Ayşe" },
      { text: "j@x.com", name: "Jürgen" },
    ]);
  });

  test("a doubled quote stands for one", () => {
    expect(readAddresses('Name,Mail\n"Ayşe ""Ash"" Y",a@x.com')).toEqual([
      { text: "a@x.com", name: 'Ayşe "Ash" Y' },
    ]);
  });

  test("columns without a known head give no names", () => {
    expect(readAddresses("Team,Mail,City\nRed,a@x.com,İzmir")).toEqual([{ text: "a@x.com" }]);
  });

  test("two lines of addresses are no table", () => {
    expect(readAddresses("a@x.com,b@x.com\nc@x.com,d@x.com").map(({ text }) => text)).toEqual([
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
  ])("%j is complete up to %j", (text, complete, rest) => {
    expect(splitTyped(text)).toEqual({ complete, rest });
  });
});

describe("the list", () => {
  test("gives each a key, its canonical form and what is wrong", () => {
    expect(add("A@X.com ayse@lodos foo a@x.com")).toEqual([
      { key: 1, text: "A@X.com", email: "a@x.com", fault: null },
      { key: 2, text: "ayse@lodos", email: null, fault: "no-ending" },
      { key: 3, text: "foo", email: null, fault: "no-at" },
      { key: 4, text: "a@x.com", email: "a@x.com", fault: "duplicate" },
    ]);
  });

  test("invites neither duplicates nor what is no address", () => {
    expect(readyAddresses(add("a@x.com, a@x.com, ayse@lodos, b@x.com")).map(({ email }) => email)).toEqual([
      "a@x.com",
      "b@x.com",
    ]);
  });

  test("a duplicate counts once the first is taken away", () => {
    expect(removeAddress(add("a@x.com A@x.com"), 1)).toEqual([
      { key: 2, text: "A@x.com", email: "a@x.com", fault: null },
    ]);
  });

  test("takes a thousand and hands the others back", () => {
    const found = Array.from({ length: mostAddresses + 2 }, (_, index) => ({ text: `u${index}@x.com` }));
    const { addresses, left } = addAddresses([], found);
    expect(addresses).toHaveLength(1000);
    expect(left).toEqual([{ text: "u1000@x.com" }, { text: "u1001@x.com" }]);
    expect(addAddresses(addresses, left)).toEqual({ addresses, left });
  });

  test.each(["a@x.com", "Ayşe <a@x.com>", '"Yılmaz, Ayşe" <a@x.com>', "foo bar"])(
    "%j goes back into the field as it was",
    (text) => {
      expect(readAddresses(text).map(addressText)).toEqual([text]);
    },
  );
});
