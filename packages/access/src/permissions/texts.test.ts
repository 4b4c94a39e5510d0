import { expect, test } from "vitest";
import { parseCatalogue, serialiseCatalogue } from "../catalogue/index.ts";
import { definePermissions } from "./define.ts";
import { inLanguage } from "./texts.ts";

test.for([
  ["Campaigns", "tr", "Campaigns"],
  [{ en: "Campaigns", tr: "Kampanyalar" }, "tr", "Kampanyalar"],
  [{ en: "Campaigns", tr: "Kampanyalar" }, "en", "Campaigns"],
  [{ en: "Campaigns" }, "tr", "Campaigns"],
  [{ tr: "Kampanyalar" }, "en", "Kampanyalar"],
] as const)("%j in %s is %s", ([text, language, expected]) => {
  expect(inLanguage(text, language)).toBe(expected);
});

const declaration = {
  campaigns: {
    label: { en: "Campaigns", tr: "Kampanyalar" },
    description: { tr: "Çok kişiye giden iletiler" },
    actions: { view: { label: { en: "View", tr: "Görüntüleme" } }, edit: { description: "Change them" } },
  },
} as const;

test("texts in several languages survive declaration, serialisation and parsing", () => {
  const declared = definePermissions(declaration);
  const parsed = parseCatalogue(JSON.parse(serialiseCatalogue(declared)));

  expect(parsed.definition).toEqual(declared.definition);
  expect(parsed.definition).toEqual(parseCatalogue(declaration).definition);
  expect(declared.actions.get("campaigns:view")?.label).toEqual({ en: "View", tr: "Görüntüleme" });
  expect(declared.actions.get("campaigns:edit")?.label).toBe("Edit");
});

test.for<[string, unknown, string]>([
  ["an unknown language", { de: "Kampagnen" }, "campaigns.label.de: unknown key; known keys are en, tr"],
  ["no language", {}, "campaigns.label: write a text"],
  ["an empty text", { en: "Campaigns", tr: " " }, "campaigns.label.tr: write a text"],
  ["a number", { en: 1 }, "campaigns.label.en: write a text"],
  ["a long text", { tr: "K".repeat(101) }, "campaigns.label.tr: use at most 100 characters"],
  ["a line break", { tr: "K\nK" }, "campaigns.label.tr: remove line breaks and control characters"],
])("rejects a label with %s", ([, label, message]) => {
  expect(() => parseCatalogue({ campaigns: { label, actions: { view: {} } } })).toThrow(message);
});
