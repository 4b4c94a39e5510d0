import { expect, test } from "vitest";
import { listChange } from "./list-change.ts";

test("what came and what went is told, not what stayed", () => {
  const change = { field: "roles", before: ["Viewer", "Marketer"], after: ["Marketer", "Call Center"] };
  expect(listChange(change)).toEqual({ gained: ["Call Center"], lost: ["Viewer"] });
});

test("a list that is new or gone as a whole has no difference to tell", () => {
  expect(listChange({ field: "roles", before: [], after: ["Viewer"] })).toBeNull();
  expect(listChange({ field: "roles", before: ["Viewer"], after: null })).toBeNull();
  expect(listChange({ field: "name", before: "Işıl", after: "Isil" })).toBeNull();
});
