import { expect, test } from "vitest";
import { preferredLanguage } from "./language.ts";

test("prefers the saved language", () => {
  expect(preferredLanguage("tr", ["en-GB"])).toBe("tr");
});

test("uses the first supported language of the browser", () => {
  expect(preferredLanguage(null, ["de-DE", "tr-TR", "en-US"])).toBe("tr");
  expect(preferredLanguage("xx", ["EN-us"])).toBe("en");
});

test("falls back to English", () => {
  expect(preferredLanguage(null, ["de-DE"])).toBe("en");
  expect(preferredLanguage(null, [])).toBe("en");
});
