import { expect, test } from "vitest";
import {
  changeCount,
  dropGone,
  emptyDraft,
  isContested,
  rebase,
  settle,
  stageAdded,
  stageRemoved,
  unstage,
  wantedRoleIds,
} from "./draft.ts";

const march = "2026-03-03T09:00:00.000Z";
const today = "2026-11-23T09:00:00.000Z";
const held = (id: string, grantedAt = march) => ({ id, name: id.toUpperCase(), grantedAt });
const start = emptyDraft([held("viewer"), held("marketer")], "1");

test("staged changes make the set that saving asks for", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  expect(wantedRoleIds(draft)).toEqual(["marketer", "support"]);
  expect(changeCount(draft)).toBe(2);
});

test("staging twice counts once, and a role that isn't held can't be removed", () => {
  const support = { id: "support", name: "Support" };
  expect(changeCount(stageAdded(stageAdded(start, support), support))).toBe(1);
  expect(changeCount(stageRemoved(stageRemoved(start, "viewer"), "viewer"))).toBe(1);
  expect(stageRemoved(start, "support")).toEqual(start);
});

test("adding a role that was to be removed keeps it", () => {
  const draft = stageAdded(stageRemoved(start, "viewer"), { id: "viewer", name: "Viewer" });
  expect(changeCount(draft)).toBe(0);
  expect(wantedRoleIds(draft)).toEqual(["viewer", "marketer"]);
});

test("a change is taken back on its own", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  expect(wantedRoleIds(unstage(draft, "support"))).toEqual(["marketer"]);
  expect(wantedRoleIds(unstage(draft, "viewer"))).toEqual(["viewer", "marketer", "support"]);
});

test("changes of other roles are kept on top of the newer version and reported", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  const newest = [held("viewer"), held("auditor", today)];
  const rebased = rebase(draft, { held: newest, version: "2", isOwn: false });
  expect(wantedRoleIds(rebased)).toEqual(["auditor", "support"]);
  expect(rebased.version).toBe("2");
  expect(rebased.conflict?.theyAdded.map(({ id }) => id)).toEqual(["auditor"]);
  expect(rebased.conflict?.theyRemoved.map(({ id }) => id)).toEqual(["marketer"]);
  expect(isContested(rebased)).toBe(false);
});

test("what somebody did already falls away, with a word", () => {
  const draft = stageRemoved(stageAdded(start, { id: "support", name: "Support" }), "viewer");
  const newest = [held("marketer"), held("support", today)];
  const rebased = rebase(draft, { held: newest, version: "2", isOwn: false });
  expect(changeCount(rebased)).toBe(0);
  expect(rebased.conflict?.alreadyAdded.map(({ id }) => id)).toEqual(["support"]);
  expect(rebased.conflict?.alreadyRemoved.map(({ id }) => id)).toEqual(["viewer"]);
});

test("a role given anew while it was to be removed is asked about, until one answers", () => {
  const draft = stageRemoved(start, "viewer");
  const newest = [held("viewer", today), held("marketer")];
  const rebased = rebase(draft, { held: newest, version: "2", isOwn: false });
  expect(isContested(rebased)).toBe(true);
  expect(wantedRoleIds(settle(rebased, "viewer"))).toEqual(["marketer"]);
  expect(isContested(settle(rebased, "viewer"))).toBe(false);
  expect(wantedRoleIds(unstage(rebased, "viewer"))).toEqual(["viewer", "marketer"]);
  expect(isContested(unstage(rebased, "viewer"))).toBe(false);
  const again = rebase(rebased, { held: newest, version: "3", isOwn: false });
  expect(isContested(again)).toBe(true);
});

test("nothing is reported for one's own version, without changes, or where roles stayed the same", () => {
  const newest = { held: [held("marketer")], version: "2" };
  const draft = stageAdded(start, { id: "support", name: "Support" });
  expect(rebase(draft, { ...newest, isOwn: true }).conflict).toBeNull();
  expect(rebase(start, { ...newest, isOwn: false })).toEqual({ ...emptyDraft(newest.held, "2") });
  expect(rebase(draft, { held: start.held, version: "2", isOwn: false }).conflict).toBeNull();
});

test("one's own change elsewhere on the page is nobody's conflict", () => {
  const draft = stageAdded(start, { id: "support", name: "Support" });
  const undone = rebase(draft, { held: [held("viewer")], version: "2", isOwn: true });
  expect(undone.conflict).toBeNull();
  expect(wantedRoleIds(undone)).toEqual(["viewer", "support"]);
});

test("a role that was deleted meanwhile is taken out and named", () => {
  const draft = stageAdded(stageAdded(start, { id: "support", name: "Support" }), {
    id: "auditor",
    name: "Auditor",
  });
  const left = dropGone(draft, new Set(["viewer", "marketer", "auditor"]));
  expect(wantedRoleIds(left)).toEqual(["viewer", "marketer", "auditor"]);
  expect(left.conflict?.gone.map(({ id }) => id)).toEqual(["support"]);
  expect(dropGone(left, new Set(["auditor"]))).toBe(left);
});
