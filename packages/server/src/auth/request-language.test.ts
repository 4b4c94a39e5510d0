import { expect, test } from "vitest";
import { parseAcceptLanguage, readLanguage } from "./request-language.ts";

test.for<[string, string | null]>([
  ["tr", "tr"],
  ["tr-TR,tr;q=0.9,en-US;q=0.8,en;q=0.7", "tr"],
  ["de-DE, en;q=0.5, tr;q=0.7", "tr"],
  ["EN-gb", "en"],
  ["en;q=0, tr;q=0.1", "tr"],
  ["de, fr", null],
  ["*", null],
  ["", null],
  ["tr;q=nonsense", null],
  [`${"de,".repeat(500)}tr`, null],
])("the best language of %j is %s", ([header, expected]) => {
  expect(parseAcceptLanguage(header)).toBe(expected);
});

test("the query comes before the header; all and unknown languages leave it to the header", () => {
  const headers = { "accept-language": "en" };
  expect(readLanguage({ query: { language: "tr" }, headers })).toBe("tr");
  expect(readLanguage({ query: { language: "all" }, headers })).toBe("en");
  expect(readLanguage({ query: {}, headers: {} })).toBeNull();
});
