import { expect, test } from "vitest";
import { preferredLanguage } from "./language.ts";

test("the language chosen before comes first", () => {
  expect(preferredLanguage("tr", ["en-GB"])).toBe("tr");
});

test("the first language of the browser that the panel speaks is next", () => {
  expect(preferredLanguage(null, ["de-DE", "tr-TR", "en-US"])).toBe("tr");
  expect(preferredLanguage("xx", ["EN-us"])).toBe("en");
});

test("English is what remains", () => {
  expect(preferredLanguage(null, ["de-DE"])).toBe("en");
  expect(preferredLanguage(null, [])).toBe("en");
});
