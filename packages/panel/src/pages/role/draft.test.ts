import { expect, test } from "vitest";
import { draftOf, editOf, isChanged, rebase } from "./draft.ts";

const saved = { name: "Marketer", description: "Sends", permissions: ["a:view", "a:edit"] };
const start = draftOf(saved, "1");

test("only what was changed is sent", () => {
  expect(isChanged(start)).toBe(false);
  expect(editOf({ ...start, name: " Marketer " })).toEqual({});
  expect(editOf({ ...start, name: "Lead" })).toEqual({ name: "Lead" });
  expect(editOf({ ...start, chosen: new Set(["a:edit", "a:view"]) })).toEqual({});
  expect(editOf({ ...start, chosen: new Set(["a:view"]) })).toEqual({ permissions: ["a:view"] });
});

test("own changes are put on top of what somebody else saved, and theirs are named", () => {
  const draft = { ...start, chosen: new Set(["a:view", "b:view"]), description: "Sends a lot" };
  const newest = {
    name: "Senior marketer",
    description: "Sends",
    permissions: ["a:view", "a:edit", "c:view"],
  };
  const next = rebase(draft, newest, "2");
  expect([...next.chosen].sort()).toEqual(["a:view", "b:view", "c:view"]);
  expect(next).toMatchObject({ version: "2", name: "Senior marketer", description: "Sends a lot" });
  expect(next.conflict).toEqual({ granted: ["c:view"], taken: [], texts: {} });
});

test("a text that both changed stays one's own, with theirs beside it", () => {
  const next = rebase({ ...start, name: "Lead" }, { ...saved, name: "Chief" }, "2");
  expect(next.name).toBe("Lead");
  expect(next.conflict?.texts).toEqual({ name: "Chief" });
});

test("what both took away is simply gone", () => {
  const next = rebase({ ...start, chosen: new Set(["a:view"]) }, { ...saved, permissions: ["a:view"] }, "2");
  expect([...next.chosen]).toEqual(["a:view"]);
  expect(isChanged(next)).toBe(false);
  expect(next.conflict?.taken).toEqual(["a:edit"]);
});
