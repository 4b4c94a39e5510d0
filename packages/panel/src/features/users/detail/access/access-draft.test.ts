import { expect, test } from "vitest";
import {
  type AccessDraft,
  confirmRemoval,
  countChanges,
  dropDeletedRoles,
  emptyDraft,
  isContested,
  listRoles,
  rebase,
  stageAdded,
  stageEnd,
  stageRemoved,
  unstage,
} from "./access-draft.ts";

const march = "2026-03-03T09:00:00.000Z";
const today = "2026-11-23T09:00:00.000Z";
const held = (id: string, grantedAt = march) => ({ id, name: id.toUpperCase(), grantedAt });
const listRoleIds = (draft: AccessDraft) => listRoles(draft).map(({ id }) => id);
const start = emptyDraft([held("viewer"), held("marketer")], "1");

test("lists the roles after the staged changes", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  expect(listRoleIds(draft)).toEqual(["marketer", "support"]);
  expect(countChanges(draft)).toBe(2);
});

test("staging twice counts once; a role that the user does not have can't be removed", () => {
  const support = { id: "support", name: "Support" };
  expect(countChanges(stageAdded(stageAdded(start, support), support))).toBe(1);
  expect(countChanges(stageRemoved(stageRemoved(start, "viewer"), "viewer"))).toBe(1);
  expect(stageRemoved(start, "support")).toEqual(start);
});

test("adding a role cancels its staged removal", () => {
  const draft = stageAdded(stageRemoved(start, "viewer"), { id: "viewer", name: "Viewer" });
  expect(countChanges(draft)).toBe(0);
  expect(listRoleIds(draft)).toEqual(["viewer", "marketer"]);
});

test("cancels a single change", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  expect(listRoleIds(unstage(draft, "support"))).toEqual(["marketer"]);
  expect(listRoleIds(unstage(draft, "viewer"))).toEqual(["viewer", "marketer", "support"]);
});

test("rebasing keeps changes of other roles and reports the newer ones", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  const newest = [held("viewer"), held("auditor", today)];
  const rebased = rebase(draft, { held: newest, version: "2", isOwn: false });
  expect(listRoleIds(rebased)).toEqual(["auditor", "support"]);
  expect(rebased.version).toBe("2");
  expect(rebased.conflict?.theyAdded.map(({ id }) => id)).toEqual(["auditor"]);
  expect(rebased.conflict?.theyRemoved.map(({ id }) => id)).toEqual(["marketer"]);
  expect(isContested(rebased)).toBe(false);
});

test("drops and reports changes that are already applied", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  const newest = [held("marketer"), held("support", today)];
  const rebased = rebase(draft, { held: newest, version: "2", isOwn: false });
  expect(countChanges(rebased)).toBe(0);
  expect(rebased.conflict?.alreadyAdded.map(({ id }) => id)).toEqual(["support"]);
  expect(rebased.conflict?.alreadyRemoved.map(({ id }) => id)).toEqual(["viewer"]);
});

test("a role granted again while its removal is staged is contested until resolved", () => {
  const draft = stageRemoved(start, "viewer");
  const newest = [held("viewer", today), held("marketer")];
  const rebased = rebase(draft, { held: newest, version: "2", isOwn: false });
  expect(isContested(rebased)).toBe(true);
  expect(listRoleIds(confirmRemoval(rebased, "viewer"))).toEqual(["marketer"]);
  expect(isContested(confirmRemoval(rebased, "viewer"))).toBe(false);
  expect(listRoleIds(unstage(rebased, "viewer"))).toEqual(["viewer", "marketer"]);
  expect(isContested(unstage(rebased, "viewer"))).toBe(false);
  const again = rebase(rebased, { held: newest, version: "3", isOwn: false });
  expect(isContested(again)).toBe(true);
});

test("reports no conflict for an own change, an empty draft or unchanged roles", () => {
  const newest = { held: [held("marketer")], version: "2" };
  const draft = stageAdded(start, { id: "support", name: "Support" });
  expect(rebase(draft, { ...newest, isOwn: true }).conflict).toBeNull();
  expect(rebase(start, { ...newest, isOwn: false })).toEqual({ ...emptyDraft(newest.held, "2") });
  expect(rebase(draft, { held: start.held, version: "2", isOwn: false }).conflict).toBeNull();
});

test("an own change elsewhere on the page is no conflict", () => {
  const draft = stageAdded(start, { id: "support", name: "Support" });
  const undone = rebase(draft, { held: [held("viewer")], version: "2", isOwn: true });
  expect(undone.conflict).toBeNull();
  expect(listRoleIds(undone)).toEqual(["viewer", "support"]);
});

test("drops and reports a role that was deleted", () => {
  const draft = stageAdded(stageAdded(start, { id: "support", name: "Support" }), {
    id: "auditor",
    name: "Auditor",
  });
  const left = dropDeletedRoles(draft, new Set(["viewer", "marketer", "auditor"]));
  expect(listRoleIds(left)).toEqual(["viewer", "marketer", "auditor"]);
  expect(left.conflict?.deleted.map(({ id }) => id)).toEqual(["support"]);
  expect(dropDeletedRoles(left, new Set(["auditor"]))).toBe(left);
});

const may = "2027-05-03T09:00:00.000Z";
const june = "2027-06-02T09:00:00.000Z";

test("another end of a role is a change, and the end as it was is none", () => {
  const ended = emptyDraft([{ ...held("viewer"), expiresAt: may }, held("marketer")], "1");
  const moved = stageEnd(stageEnd(ended, "viewer", june), "marketer", may);
  expect(countChanges(moved)).toBe(2);
  expect(listRoles(moved)).toEqual([
    { id: "viewer", expiresAt: june },
    { id: "marketer", expiresAt: may },
  ]);
  expect(countChanges(stageEnd(stageEnd(moved, "viewer", may), "marketer", null))).toBe(0);
  expect(countChanges(unstage(moved, "viewer"))).toBe(1);
  expect(listRoles(stageRemoved(moved, "viewer"))).toEqual([{ id: "marketer", expiresAt: may }]);
  expect(listRoles(stageEnd(ended, "viewer", null))[0]).toEqual({ id: "viewer", expiresAt: null });
});

test("a role that is staged to be added can get an end", () => {
  const draft = stageEnd(stageAdded(start, { id: "support", name: "Support" }), "support", may);
  expect(listRoles(draft).at(-1)).toEqual({ id: "support", expiresAt: may });
  expect(countChanges(draft)).toBe(1);
});

test("an end that somebody else moved meanwhile is contested; the same end is no longer a change", () => {
  const draft = stageEnd(start, "viewer", june);
  const changed = (expiresAt: string) => [{ ...held("viewer", today), expiresAt }, held("marketer")];
  const rebased = rebase(draft, { held: changed(may), version: "2", isOwn: false });
  expect(isContested(rebased)).toBe(true);
  expect(listRoles(confirmRemoval(rebased, "viewer"))[0]).toEqual({ id: "viewer", expiresAt: june });
  expect(listRoles(unstage(rebased, "viewer"))[0]).toEqual({ id: "viewer", expiresAt: may });
  expect(countChanges(rebase(draft, { held: changed(june), version: "2", isOwn: false }))).toBe(0);
});
