import { restoreCatalogue } from "@gatehouse/access/catalogue";
import type { RoleView } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { createGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { countDifference, getDeletionBlocker, listReplacements } from "./deletion.ts";

function role(name: string, permissions: readonly string[], rest: Partial<RoleView> = {}): RoleView {
  return {
    id: name,
    name,
    description: "",
    defaultName: name,
    defaultDescription: "",
    translations: {},
    system: false,
    permissions: [...permissions],
    userCount: 0,
    invitationCount: 0,
    template: null,
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...rest,
  };
}
const action = (permission: string, implies: readonly string[] = []) => ({ permission, implies });
const catalogue = restoreCatalogue([
  { key: "a", label: "A", actions: [action("a:view"), action("a:edit", ["a:view"])] },
  { key: "b", label: "B", actions: [action("b:view")] },
]);
const owner = role("Owner", ["a:view", "a:edit", "b:view"], { system: true });
const editor = role("Editor", ["a:edit"]);
const viewer = role("Viewer", ["a:view"]);
const other = role("Other", ["b:view"]);
const actor = {
  ceiling: createGrantCeiling(catalogue, { userId: "me", permissions: ["a:view", "a:edit"], isOwner: false }),
  roleIds: new Set(["Viewer"]),
};

test("blocks system roles, own roles and roles with more permissions", () => {
  expect(getDeletionBlocker(owner, actor)).toEqual({ reason: "system" });
  expect(getDeletionBlocker(viewer, actor)).toEqual({ reason: "own" });
  expect(getDeletionBlocker(other, actor)).toEqual({ reason: "ceiling", missing: ["b:view"] });
  expect(getDeletionBlocker(editor, actor)).toBeNull();
});

test("lists other roles as replacements, with missing permissions last", () => {
  expect(listReplacements(editor, [owner, editor, other, viewer], actor)).toEqual([
    { role: viewer, decision: { allowed: true } },
    { role: other, decision: { allowed: false, missing: ["b:view"] } },
  ]);
});

test("counts implied permissions in the difference", () => {
  expect(countDifference(catalogue, editor, viewer)).toEqual({ gained: 0, lost: 1 });
  expect(countDifference(catalogue, viewer, editor)).toEqual({ gained: 1, lost: 0 });
});
