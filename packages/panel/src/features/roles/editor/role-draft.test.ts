import { expect, test } from "vitest";
import { createDraft, getChanges, isChanged, rebase } from "./role-draft.ts";

const saved = { name: "Marketer", description: "Sends", permissions: ["a:view", "a:edit"] };
const start = createDraft(saved, "1");

test("sends only changed fields", () => {
  expect(isChanged(start)).toBe(false);
  expect(getChanges({ ...start, name: " Marketer " })).toEqual({});
  expect(getChanges({ ...start, name: "Lead" })).toEqual({ name: "Lead" });
  expect(getChanges({ ...start, chosen: new Set(["a:edit", "a:view"]) })).toEqual({});
  expect(getChanges({ ...start, chosen: new Set(["a:view"]) })).toEqual({ permissions: ["a:view"] });
});

test("rebasing keeps own changes and reports those of the other user", () => {
  const draft = { ...start, chosen: new Set(["a:view", "b:view"]), description: "Sends a lot" };
  const newest = {
    name: "Senior marketer",
    description: "Sends",
    permissions: ["a:view", "a:edit", "c:view"],
  };
  const next = rebase(draft, newest, "2");
  expect([...next.chosen].sort()).toEqual(["a:view", "b:view", "c:view"]);
  expect(next).toMatchObject({ version: "2", name: "Senior marketer", description: "Sends a lot" });
  expect(next.conflict).toEqual({ granted: ["c:view"], removed: [], texts: {} });
});

test("a text that both changed keeps the own value and reports the other one", () => {
  const next = rebase({ ...start, name: "Lead" }, { ...saved, name: "Chief" }, "2");
  expect(next.name).toBe("Lead");
  expect(next.conflict?.texts).toEqual({ name: "Chief" });
});

test("a permission that both removed is removed without a conflict", () => {
  const next = rebase({ ...start, chosen: new Set(["a:view"]) }, { ...saved, permissions: ["a:view"] }, "2");
  expect([...next.chosen]).toEqual(["a:view"]);
  expect(isChanged(next)).toBe(false);
  expect(next.conflict?.removed).toEqual(["a:edit"]);
});
