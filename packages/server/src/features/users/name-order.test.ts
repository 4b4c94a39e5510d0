/** The order of names in the alphabets of English and Turkish. */
import { expect, test } from "vitest";
import { buildNameKeys } from "./name-order.ts";

/** The names in the order of their keys' bytes, as PostgreSQL sorts text in the "C" collation. */
function sort(names: readonly string[], language: "en" | "tr"): readonly string[] {
  return [...names].sort((a, b) =>
    Buffer.compare(Buffer.from(buildNameKeys(a)[language]), Buffer.from(buildNameKeys(b)[language])),
  );
}

const alphabet = [..."abcçdefgğhıijklmnoöpqrsştuüvwxyz"];

test("every letter of the Turkish alphabet follows the one before it, in lower and upper case", () => {
  expect(sort([...alphabet].reverse(), "tr")).toEqual(alphabet);
  const upper = alphabet.map((letter) => letter.toLocaleUpperCase("tr"));
  expect(sort([...upper].reverse(), "tr")).toEqual(upper);
});

test("Turkish names are sorted as Intl.Collator sorts them, English ones without regard to accents", () => {
  const names = [
    "Işık",
    "İnci",
    "Irmak",
    "Cem",
    "Çelik",
    "Czerny",
    "Şule",
    "Suzan",
    "Ömer",
    "Ozan",
    "Göksu",
    "Gül",
    "Ğ",
  ];
  const collator = new Intl.Collator("tr");
  expect(sort(names, "tr")).toEqual([...names].sort(collator.compare));
  expect(sort(["Czerny", "Çelik", "Cem"], "en")).toEqual(["Çelik", "Cem", "Czerny"]);
});

test("letters of other languages, composed or not, are sorted like their base letters", () => {
  expect(sort(["Erik", "Édith", "Eda"], "tr")).toEqual(["Eda", "Édith", "Erik"]);
  expect(buildNameKeys("c\u0327elik")).toEqual(buildNameKeys("Çelik"));
  expect(buildNameKeys("\u200bAli")).toEqual(buildNameKeys("ali"));
});
