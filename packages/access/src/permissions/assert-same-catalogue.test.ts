/** Every function that takes two sets rejects sets of different catalogues. */
import { expect, test } from "vitest";
import { createPermissionTable, mayChangeCatalogue, parseCatalogue } from "../catalogue/index.ts";
import {
  type Catalogue,
  difference,
  mayActOn,
  mayChangeRoles,
  mayEditRole,
  mayGive,
  type PermissionSet,
  permissionSet,
  permissionsOfRoles,
  subjectAt,
} from "../index.ts";

const makeCatalogue = (...names: readonly string[]): Catalogue =>
  parseCatalogue({ p: { label: "P", actions: Object.fromEntries(names.map((name) => [name, {}])) } });

const own = makeCatalogue("a", "b", "c");
const none = permissionSet.none(own);
const now = new Date(0);

const foreign = {
  "with an additional permission at the end": makeCatalogue("a", "b", "c", "d"),
  "with a permission missing at the end": makeCatalogue("a", "b"),
  "with another permission at the start": makeCatalogue("x", "b", "c"),
  "with another permission at the end": makeCatalogue("a", "b", "x"),
  "with the same permissions in another order": makeCatalogue("b", "a", "c"),
  "without permissions": parseCatalogue({}),
};

const makeRole = (permissions: PermissionSet) => ({
  id: "r",
  name: "R",
  isOwner: false,
  chosen: new Set<string>(),
  permissions,
});
const party = (permissions: PermissionSet) => ({ userId: null, permissions });
const changeRoles = (
  sets: Readonly<Partial<Record<"actor" | "target" | "added" | "removed", PermissionSet>>>,
): unknown =>
  mayChangeRoles({
    actor: party(sets.actor ?? none),
    target: party(sets.target ?? none),
    added: [makeRole(sets.added ?? none)],
    removed: [makeRole(sets.removed ?? none)],
  });

/** Every exported function that combines two sets, or a set and a catalogue; one entry per argument. */
const uses: Readonly<Record<string, (set: PermissionSet) => unknown>> = {
  "union, first": (set) => permissionSet.union(set, none),
  "union, second": (set) => permissionSet.union(none, set),
  "unionOf, alone": (set) => permissionSet.unionOf(own, [set]),
  "unionOf, last": (set) => permissionSet.unionOf(own, [none, none, set]),
  "intersection, first": (set) => permissionSet.intersection(set, none),
  "intersection, second": (set) => permissionSet.intersection(none, set),
  "permissionSet.difference, first": (set) => permissionSet.difference(set, none),
  "permissionSet.difference, second": (set) => permissionSet.difference(none, set),
  "isSubset, first": (set) => permissionSet.isSubset(set, none),
  "isSubset, second": (set) => permissionSet.isSubset(none, set),
  "difference, before": (set) => difference(set, none),
  "difference, after": (set) => difference(none, set),
  "mayGive, actor": (set) => mayGive(set, none),
  "mayGive, given": (set) => mayGive(none, set),
  "mayActOn, actor": (set) => mayActOn(set, none),
  "mayActOn, target": (set) => mayActOn(none, set),
  "mayEditRole, actor": (set) => mayEditRole(set, { before: none, after: none }),
  "mayEditRole, before": (set) => mayEditRole(none, { before: set, after: none }),
  "mayEditRole, after": (set) => mayEditRole(none, { before: none, after: set }),
  "mayChangeRoles, actor": (actor) => changeRoles({ actor }),
  "mayChangeRoles, target": (target) => changeRoles({ target }),
  "mayChangeRoles, added": (added) => changeRoles({ added }),
  "mayChangeRoles, removed": (removed) => changeRoles({ removed }),
  "mayChangeCatalogue, actor": (permissions) =>
    mayChangeCatalogue({
      actor: { permissions, roleIds: [] },
      before: own,
      after: own,
      roles: [],
      keys: [],
    }),
  permissionsOfRoles: (set) => permissionsOfRoles(own, [{ permissions: none }, { permissions: set }]),
  subjectAt: (set) =>
    subjectAt({
      catalogue: own,
      roles: new Map([["r", makeRole(set)]]),
      grants: [{ roleId: "r", grantedBy: "x", grantedAt: now }],
      now,
    }),
  "createPermissionTable, put": (set) => createPermissionTable(own).put(0, set),
};

test.each(Object.entries(foreign))("a set of a catalogue %s is rejected everywhere", (_, catalogue) => {
  for (const [title, use] of Object.entries(uses))
    for (const set of [permissionSet.none(catalogue), permissionSet.all(catalogue)])
      expect(() => use(set), title).toThrow(
        new TypeError("These permission sets belong to different catalogues. Build both from the same one."),
      );
});

test("a set of an equal catalogue is accepted everywhere", () => {
  for (const [title, use] of Object.entries(uses))
    expect(() => use(permissionSet.all(makeCatalogue("a", "b", "c"))), title).not.toThrow();
});
