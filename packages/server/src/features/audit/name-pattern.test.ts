import { expect, test } from "vitest";
import { searchWords } from "../../db/search-words.ts";
import { toNamePattern } from "./name-pattern.ts";

const finds = (query: string, name: string) =>
  searchWords(query).every((word) => new RegExp(toNamePattern(word)).test(name));

test.each([
  ["isil", "Işıl Gökçe"],
  ["IŞIL gökçe", "isil gokce"],
  ["gokce", "IŞIL GÖKÇE"],
  ["ilker", "İLKER"],
  ["adele", "Adèle Noël"],
  ["lodz", "Łódź"],
  ["αθηνα", "ΑΘΉΝΑ"],
  ["иван", "ИВАН"],
  ["a.b+c", "A.B+C"],
])("%s finds %s", (query, name) => {
  expect(finds(query, name)).toBe(true);
});

test.each([
  ["a.b", "axb"],
  ["isil", "Isik"],
  ["[a-z]", "q"],
  [".*", "anything"],
])("%s doesn't find %s", (query, name) => {
  expect(finds(query, name)).toBe(false);
});
