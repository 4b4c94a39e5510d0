import { expect, test } from "vitest";
import { inLanguage } from "../permissions/texts.ts";
import { exampleCatalogue, exampleRoles } from "./example-roles.ts";
import { turkishTexts } from "./turkish-texts.ts";

const all = exampleCatalogue.definition.flatMap((group) => [group, ...group.actions]);

test("every group and action of the example has a label and a description in both languages", () => {
  for (const { label, description = "" } of all) {
    for (const text of [label, description]) {
      const [english, turkish] = [inLanguage(text, "en"), inLanguage(text, "tr")];
      expect(english).toMatch(/\S/);
      expect(turkish).toMatch(/\S/);
    }
    expect(inLanguage(description, "tr")).not.toBe(inLanguage(description, "en"));
  }
});

test("there are no Turkish texts for groups or actions that the example doesn't have", () => {
  const declared = exampleCatalogue.definition.map(({ key, actions }) => [
    key,
    actions.map(({ permission }) => permission.slice(key.length + 1)),
  ]);
  const translated = Object.entries(turkishTexts).map(([key, [, , actions]]) => [key, Object.keys(actions)]);
  expect(translated).toEqual(declared);
});

test("every role has a name and a description in Turkish, and no two the same", () => {
  const names = exampleRoles.map(({ translations }) => translations.tr.name);
  expect(new Set(names).size).toBe(exampleRoles.length);
  for (const { name, description, translations } of exampleRoles) {
    expect(translations.tr.name).not.toBe(name);
    expect(translations.tr.description).not.toBe(description);
  }
});
