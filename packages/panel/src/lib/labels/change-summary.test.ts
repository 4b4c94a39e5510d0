import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages } from "../../messages/tr/words.po";
import { formatTargetType, summarizeChanges } from "./change-summary.ts";

const english = setupI18n({ locale: "en", messages: { en: {} } });
const turkish = setupI18n({ locale: "tr", messages: { tr: messages } });
const change = (field: string, before: unknown, after: unknown) => ({ field, before, after });

test.each([
  [[change("roles", ["Viewer", "Support"], ["Support", "Marketer"])], "Roller: + Marketer, − Viewer"],
  [[change("phone", "555", "556"), change("name", "Ada", null)], "Telefon: 555 → 556 · Ad: Ada → hiçbir şey"],
  [[change("status", "active", "suspended")], "Durum: Etkin → Askıda"],
  [[change("phone", null, "1")], "Telefon: 1"],
  [
    [change("permissions", null, ["a:b", "a:c", "a:d", "a:e", "a:f"])],
    "İzinler: a:b, a:c, a:d ve 2 tane daha",
  ],
  [[change("roles", ["A"], ["A"])], ""],
  [[], ""],
])("summarizes %j", (changes, expected) => {
  expect(summarizeChanges(changes, turkish)).toBe(expected);
});

test("names permissions, and the kinds of targets in the reader's language", () => {
  const changes = [change("permissions", ["a:b"], ["a:c"])];
  expect(summarizeChanges(changes, english, (name) => name.toUpperCase())).toBe("Permissions: + A:C, − A:B");
  expect([formatTargetType("api-key", turkish), formatTargetType("web-hook", turkish)]).toEqual([
    "API anahtarı",
    "Web hook",
  ]);
});
