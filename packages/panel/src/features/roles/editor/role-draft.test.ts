import { expect, test } from "vitest";
import {
  createDraft,
  getChanges,
  isChanged,
  type RoleDraft,
  type RoleTextField,
  rebase,
} from "./role-draft.ts";

const saved = {
  defaultName: "Marketer",
  defaultDescription: "Sends",
  translations: { tr: { name: "Pazarlamacı" } },
  permissions: ["a:view", "a:edit"],
};
const start = createDraft(saved, "1");

/** The draft with another text. */
const write = (field: RoleTextField, text: string, draft = start): RoleDraft => ({
  ...draft,
  texts: { ...draft.texts, [field]: text },
});

test("sends only changed fields", () => {
  expect(isChanged(start)).toBe(false);
  expect(getChanges(write("name", " Marketer "))).toEqual({});
  expect(getChanges(write("name", "Lead"))).toEqual({ name: "Lead" });
  expect(getChanges({ ...start, chosen: new Set(["a:edit", "a:view"]) })).toEqual({});
  expect(getChanges({ ...start, chosen: new Set(["a:view"]) })).toEqual({ permissions: ["a:view"] });
});

test("rebasing keeps own changes and reports those of the other user", () => {
  const draft = { ...write("description", "Sends a lot"), chosen: new Set(["a:view", "b:view"]) };
  const newest = {
    ...saved,
    defaultName: "Senior marketer",
    permissions: ["a:view", "a:edit", "c:view"],
  };
  const next = rebase(draft, newest, "2");
  expect([...next.chosen].sort()).toEqual(["a:view", "b:view", "c:view"]);
  expect(next.version).toBe("2");
  expect(next.texts).toMatchObject({ name: "Senior marketer", description: "Sends a lot" });
  expect(next.conflict).toEqual({ granted: ["c:view"], removed: [], texts: {} });
});

test("a text that both changed keeps the own value and reports the other one", () => {
  const next = rebase(write("name", "Lead"), { ...saved, defaultName: "Chief" }, "2");
  expect(next.texts.name).toBe("Lead");
  expect(next.conflict?.texts).toEqual({ name: "Chief" });
});

test("a permission that both removed is removed without a conflict", () => {
  const next = rebase({ ...start, chosen: new Set(["a:view"]) }, { ...saved, permissions: ["a:view"] }, "2");
  expect([...next.chosen]).toEqual(["a:view"]);
  expect(isChanged(next)).toBe(false);
  expect(next.conflict?.removed).toEqual(["a:edit"]);
});

test("translations are sent together, without empty texts", () => {
  expect(getChanges(write("description.tr", " Gönderir "))).toEqual({
    translations: { tr: { name: "Pazarlamacı", description: "Gönderir" } },
  });
  expect(getChanges(write("name.tr", " "))).toEqual({ translations: {} });
  expect(getChanges(write("name.en", "Marketer", write("name.tr", "")))).toEqual({
    translations: { en: { name: "Marketer" } },
  });
});

test("translations that others changed meanwhile are kept, text by text", () => {
  const theirs = { ...saved, translations: { tr: { name: "Reklamcı", description: "Gönderir" } } };
  const merged = rebase(write("description.en", "Sends"), theirs, "2");
  expect(getChanges(merged)).toEqual({
    translations: { en: { description: "Sends" }, tr: { name: "Reklamcı", description: "Gönderir" } },
  });
  expect(merged.conflict?.texts).toEqual({});
  const both = rebase(write("name.tr", "Kampanyacı"), theirs, "2");
  expect(both.texts["name.tr"]).toBe("Kampanyacı");
  expect(both.conflict?.texts).toEqual({ "name.tr": "Reklamcı" });
});
