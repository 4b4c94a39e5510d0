import { expect, test } from "vitest";
import { always, at, catalogueWithSets } from "../test/arbitraries.ts";
import { mayActOn, mayChangeRoles, mayEditRole, mayGive } from "./ceiling.ts";
import type { Catalogue } from "./compile-catalogue.ts";
import { definePermissions } from "./define.ts";
import { all, fromNames, isSubset, none, type PermissionSet, union } from "./permission-set.ts";

const catalogue: Catalogue = definePermissions({
  campaigns: {
    label: "Campaigns",
    actions: { view: {}, edit: { implies: ["view"] }, approve: { implies: ["view"] } },
  },
});

const set = (...wanted: readonly string[]): PermissionSet => fromNames(catalogue, wanted);
const viewer = { id: "viewer", permissions: set("campaigns:view") };
const editor = { id: "editor", permissions: set("campaigns:edit") };
const approver = { id: "approver", permissions: set("campaigns:approve") };
const yes = { allowed: true };

test("one may give what one holds, implied permissions included", () => {
  expect(mayGive(set("campaigns:edit"), set("campaigns:view"))).toEqual(yes);
  expect(mayGive(set("campaigns:edit"), set("campaigns:edit"))).toEqual(yes);
});

test("what one doesn't hold is named in the refusal, in catalogue order", () => {
  expect(mayGive(set("campaigns:view"), set("campaigns:approve", "campaigns:edit"))).toEqual({
    allowed: false,
    missing: ["campaigns:edit", "campaigns:approve"],
  });
});

test("giving nothing is allowed to everybody, giving everything to those who hold everything", () => {
  expect(mayGive(none(catalogue), none(catalogue))).toEqual(yes);
  expect(mayGive(all(catalogue), all(catalogue))).toEqual(yes);
  expect(mayGive(set("campaigns:edit"), all(catalogue))).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
});

test("a role is edited within one's own permissions, as it was and as it becomes", () => {
  const actor = set("campaigns:edit");
  const [low, mid, high] = [viewer.permissions, editor.permissions, approver.permissions];

  expect(mayEditRole(actor, { before: low, after: mid })).toEqual(yes);
  expect(mayEditRole(actor, { before: low, after: high })).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
  expect(mayEditRole(actor, { before: high, after: low })).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
});

test("one acts on people who may do no more than oneself", () => {
  expect(mayActOn(set("campaigns:edit"), set("campaigns:edit"))).toEqual(yes);
  expect(mayActOn(set("campaigns:edit"), all(catalogue))).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
});

test("roles within one's own are given to and taken from others", () => {
  expect(
    mayChangeRoles({
      actor: { userId: "olive", permissions: set("campaigns:edit") },
      target: { userId: "josephine", permissions: viewer.permissions },
      added: [editor],
      removed: [viewer],
    }),
  ).toEqual(yes);
});

test("nobody changes their own roles, not even who holds everything", () => {
  const olive = { userId: "olive", permissions: all(catalogue) };

  for (const [added, removed] of [
    [[viewer], []],
    [[], [viewer]],
  ] as const) {
    expect(mayChangeRoles({ actor: olive, target: olive, added, removed })).toEqual({
      allowed: false,
      reasons: [{ reason: "own-roles" }],
    });
  }
});

test("a change of nothing is allowed, also for oneself", () => {
  const olive = { userId: "olive", permissions: viewer.permissions };

  expect(mayChangeRoles({ actor: olive, target: olive, added: [], removed: [] })).toEqual(yes);
});

test("only an owner gives the owner role; who holds every permission there is takes it and acts on owners", () => {
  const everything = { userId: "olive", permissions: fromNames(catalogue, catalogue.permissions) };
  const owner = { userId: "ingrid", permissions: all(catalogue) };
  const ownerRole = { id: "owner", permissions: all(catalogue) };
  const target = { userId: "josephine", permissions: viewer.permissions };
  const give = { target, added: [ownerRole], removed: [] };

  expect(mayGive(everything.permissions, all(catalogue))).toEqual({ allowed: false, missing: [] });
  expect(mayChangeRoles({ actor: everything, ...give })).toEqual({
    allowed: false,
    reasons: [{ reason: "grant-ceiling", of: "added", roleId: "owner", missing: [] }],
  });
  expect(mayChangeRoles({ actor: owner, ...give })).toEqual(yes);
  expect(mayChangeRoles({ actor: everything, target: owner, added: [], removed: [ownerRole] })).toEqual(yes);
  expect(mayActOn(everything.permissions, owner.permissions)).toEqual(yes);
});

test("every role above the actor and a person above the actor is a reason of its own", () => {
  const missing = ["campaigns:approve"];

  expect(
    mayChangeRoles({
      actor: { userId: "olive", permissions: set("campaigns:edit") },
      target: { userId: "ingrid", permissions: all(catalogue) },
      added: [viewer, approver],
      removed: [{ id: "owner", permissions: all(catalogue) }],
    }),
  ).toEqual({
    allowed: false,
    reasons: [
      { reason: "grant-ceiling", of: "added", roleId: "approver", missing },
      { reason: "grant-ceiling", of: "removed", roleId: "owner", missing },
      { reason: "grant-ceiling", of: "target", missing },
    ],
  });
});

test("roles are also kept from a person above the actor when each role by itself would be allowed", () => {
  expect(
    mayChangeRoles({
      actor: { userId: "olive", permissions: set("campaigns:edit") },
      target: { userId: "ingrid", permissions: all(catalogue) },
      added: [],
      removed: [viewer],
    }),
  ).toEqual({
    allowed: false,
    reasons: [{ reason: "grant-ceiling", of: "target", missing: ["campaigns:approve"] }],
  });
});

test("who stands for nobody changes nobody's own roles, but has the same ceiling", () => {
  const target = { userId: null, permissions: none(catalogue) };
  const change = { target, added: [approver], removed: [] };

  expect(mayChangeRoles({ actor: { userId: null, permissions: all(catalogue) }, ...change })).toEqual(yes);
  expect(mayChangeRoles({ actor: { userId: null, permissions: none(catalogue) }, ...change }).allowed).toBe(
    false,
  );
});

test("the ceiling never sinks with more permissions, and never rises with a bigger gift", () => {
  always(catalogueWithSets(3), ({ sets }) => {
    const [actor, given, more] = [at(sets, 0), at(sets, 1), at(sets, 2)];
    if (mayGive(actor, given).allowed) expect(mayGive(union(actor, more), given)).toEqual(yes);
    if (!mayGive(actor, given).allowed) expect(mayGive(actor, union(given, more)).allowed).toBe(false);
    expect(mayGive(actor, given).allowed).toBe(isSubset(given, actor));
  });
});

test("whoever was given something within the ceiling can do no more than the giver and they together", () => {
  always(catalogueWithSets(3), ({ sets }) => {
    const [actor, target, role] = [at(sets, 0), at(sets, 1), at(sets, 2)];
    const decision = mayChangeRoles({
      actor: { userId: "a", permissions: actor },
      target: { userId: "t", permissions: target },
      added: [{ id: "r", permissions: role }],
      removed: [],
    });
    if (decision.allowed) expect(isSubset(union(target, role), actor)).toBe(true);
    else expect(isSubset(union(target, role), actor)).toBe(false);
  });
});
