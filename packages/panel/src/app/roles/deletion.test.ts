import type { RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { barrierTo, exchange, replacementsFor } from "./deletion.ts";

function role(name: string, permissions: readonly string[], rest: Partial<RoleView> = {}): RoleView {
  return {
    id: name,
    name,
    description: "",
    system: false,
    permissions: [...permissions],
    userCount: 0,
    invitationCount: 0,
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...rest,
  };
}
const owner = role("Owner", ["a:view", "a:edit", "b:view"], { system: true });
const editor = role("Editor", ["a:edit"]);
const viewer = role("Viewer", ["a:view"]);
const other = role("Other", ["b:view"]);
const deleter = { permissions: new Set(["a:view", "a:edit"]), roleIds: new Set(["Viewer"]) };

test("the built-in role, one's own and one that gives more than one holds stay", () => {
  expect(barrierTo(owner, deleter)).toEqual({ reason: "system" });
  expect(barrierTo(viewer, deleter)).toEqual({ reason: "own" });
  expect(barrierTo(other, deleter)).toEqual({ reason: "ceiling", missing: ["b:view"] });
  expect(barrierTo(editor, deleter)).toBeNull();
});

test("every other own role is offered, those beyond the ceiling last, with what is missing", () => {
  expect(replacementsFor(editor, [owner, editor, other, viewer], deleter)).toEqual([
    { role: viewer, missing: [] },
    { role: other, missing: ["b:view"] },
  ]);
});

test("the exchange counts what comes along too", () => {
  const implied = new Map([["a:edit", new Set(["a:view"])]]);
  expect(exchange(editor, viewer, implied)).toEqual({ gained: 0, lost: 1 });
  expect(exchange(viewer, editor, implied)).toEqual({ gained: 1, lost: 0 });
});
