import { expect, test } from "vitest";
import { assertProperty, at, catalogueWithSets } from "../../test/arbitraries.ts";
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import { definePermissions } from "../permissions/define.ts";
import { all, fromNames, isSubset, none, type PermissionSet, union } from "../permissions/permission-set.ts";
import { mayActOn, mayChangeRoles, mayEditRole, mayGive } from "./ceiling.ts";

const catalogue: Catalogue = definePermissions({
  campaigns: {
    label: "Campaigns",
    actions: { view: {}, edit: { implies: ["view"] }, approve: { implies: ["view"] } },
  },
});

const set = (...names: readonly string[]): PermissionSet => fromNames(catalogue, names);
const viewer = { id: "viewer", permissions: set("campaigns:view") };
const editor = { id: "editor", permissions: set("campaigns:edit") };
const approver = { id: "approver", permissions: set("campaigns:approve") };
const allowed = { allowed: true };

test("an actor may grant their own permissions, including implied ones", () => {
  expect(mayGive(set("campaigns:edit"), set("campaigns:view"))).toEqual(allowed);
  expect(mayGive(set("campaigns:edit"), set("campaigns:edit"))).toEqual(allowed);
});

test("a denial lists the missing permissions in catalogue order", () => {
  expect(mayGive(set("campaigns:view"), set("campaigns:approve", "campaigns:edit"))).toEqual({
    allowed: false,
    missing: ["campaigns:edit", "campaigns:approve"],
  });
});

test("anyone may grant nothing; only an owner may grant everything", () => {
  expect(mayGive(none(catalogue), none(catalogue))).toEqual(allowed);
  expect(mayGive(all(catalogue), all(catalogue))).toEqual(allowed);
  expect(mayGive(set("campaigns:edit"), all(catalogue))).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
});

test("editing a role needs its old and its new permissions", () => {
  const actor = set("campaigns:edit");
  const [low, mid, high] = [viewer.permissions, editor.permissions, approver.permissions];

  expect(mayEditRole(actor, { before: low, after: mid })).toEqual(allowed);
  expect(mayEditRole(actor, { before: low, after: high })).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
  expect(mayEditRole(actor, { before: high, after: low })).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
});

test("an actor may act on users with no more permissions than their own", () => {
  expect(mayActOn(set("campaigns:edit"), set("campaigns:edit"))).toEqual(allowed);
  expect(mayActOn(set("campaigns:edit"), all(catalogue))).toEqual({
    allowed: false,
    missing: ["campaigns:approve"],
  });
});

test("an actor may add and remove roles within their own permissions", () => {
  expect(
    mayChangeRoles({
      actor: { userId: "olive", permissions: set("campaigns:edit") },
      target: { userId: "josephine", permissions: viewer.permissions },
      added: [editor],
      removed: [viewer],
    }),
  ).toEqual(allowed);
});

test("nobody may change their own roles, not even an owner", () => {
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

test("an empty change is allowed, also of one's own roles", () => {
  const olive = { userId: "olive", permissions: viewer.permissions };

  expect(mayChangeRoles({ actor: olive, target: olive, added: [], removed: [] })).toEqual(allowed);
});

test("only an owner may grant the owner role; an actor with every permission may revoke it and act on owners", () => {
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
  expect(mayChangeRoles({ actor: owner, ...give })).toEqual(allowed);
  expect(mayChangeRoles({ actor: everything, target: owner, added: [], removed: [ownerRole] })).toEqual(
    allowed,
  );
  expect(mayActOn(everything.permissions, owner.permissions)).toEqual(allowed);
});

test("each role and a target above the actor's permissions is a separate reason", () => {
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

test("a target above the actor's permissions is denied even when each role alone is allowed", () => {
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

test("an actor without a user id has no own roles, but the same ceiling", () => {
  const target = { userId: null, permissions: none(catalogue) };
  const change = { target, added: [approver], removed: [] };

  expect(mayChangeRoles({ actor: { userId: null, permissions: all(catalogue) }, ...change })).toEqual(
    allowed,
  );
  expect(mayChangeRoles({ actor: { userId: null, permissions: none(catalogue) }, ...change }).allowed).toBe(
    false,
  );
});

test("more permissions never deny what was allowed, and a larger grant never allows what was denied", () => {
  assertProperty(catalogueWithSets(3), ({ sets }) => {
    const [actor, given, more] = [at(sets, 0), at(sets, 1), at(sets, 2)];
    if (mayGive(actor, given).allowed) expect(mayGive(union(actor, more), given)).toEqual(allowed);
    if (!mayGive(actor, given).allowed) expect(mayGive(actor, union(given, more)).allowed).toBe(false);
    expect(mayGive(actor, given).allowed).toBe(isSubset(given, actor));
  });
});

test("an allowed role change never exceeds the actor's permissions", () => {
  assertProperty(catalogueWithSets(3), ({ sets }) => {
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
