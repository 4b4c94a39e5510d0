import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anyCatalogue, assertProperty, at, catalogueWithSets } from "../../test/arbitraries.ts";
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import { definePermissions } from "../permissions/define.ts";
import { UnknownPermission } from "../permissions/errors.ts";
import { fromNames, has, names } from "../permissions/permission-set.ts";
import { can, difference, explain, explainAll, permissionsThatGive } from "./can.ts";
import { compileRoles, type Grant, type Role, type Subject, subjectAt } from "./grants.ts";

const catalogue: Catalogue = definePermissions({
  campaigns: {
    label: "Campaigns",
    actions: { view: {}, edit: { implies: ["view"] }, approve: { implies: ["edit"] }, stop: {} },
  },
});

const roles: readonly Role[] = [
  { id: "viewer", name: "Viewer", permissions: ["campaigns:view"], isOwner: false },
  { id: "approver", name: "Approver", permissions: ["campaigns:approve", "campaigns:view"], isOwner: false },
  { id: "owner", name: "Owner", permissions: [], isOwner: true },
];
const now = new Date("2026-03-01T12:00:00Z");
const grantedAt = new Date("2026-01-01T00:00:00Z");
const expiresAt = new Date("2026-04-01T00:00:00Z");

function makeSubject(...grants: readonly Grant[]): Subject {
  return subjectAt({ catalogue, roles: compileRoles(catalogue, roles), grants, now });
}

function makeGrant(roleId: string): Grant {
  return { roleId, grantedBy: "olive", grantedAt };
}

test("a permission is granted directly, by implication, or not at all", () => {
  const approver = makeSubject(makeGrant("approver"));

  expect(can(approver, "campaigns:approve")).toBe(true);
  expect(can(approver, "campaigns:edit")).toBe(true);
  expect(can(approver, "campaigns:stop")).toBe(false);
});

test("can accepts any object with effective permissions", () => {
  const actor = { name: "Nightly import", permissions: fromNames(catalogue, ["campaigns:stop"]) };

  expect(can(actor, "campaigns:stop")).toBe(true);
  expect(can(actor, "campaigns:view")).toBe(false);
});

test("an unknown permission throws an error with similar names", () => {
  const calls = [
    () => can(makeSubject(), "campaigns:stpo"),
    () => explain(makeSubject(), "campaigns:stpo"),
    () => permissionsThatGive(catalogue, "campaigns:stpo"),
  ];

  for (const call of calls) {
    expect(call).toThrow(UnknownPermission);
    expect(call).toThrow('Unknown permission "campaigns:stpo". Did you mean "campaigns:stop"?');
  }
});

test("the explanation has the role, who granted it, when and until when", () => {
  const subject = makeSubject({ ...makeGrant("viewer"), expiresAt });

  expect(explain(subject, "campaigns:view")).toEqual({
    allowed: true,
    because: [{ roleId: "viewer", roleName: "Viewer", grantedBy: "olive", grantedAt, expiresAt }],
  });
});

test("the explanation lists every source: each role, and each of its permissions that implies the requested one", () => {
  const subject = makeSubject(makeGrant("viewer"), { ...makeGrant("approver"), expiresAt: null });
  const approver = { roleId: "approver", roleName: "Approver", grantedBy: "olive", grantedAt };

  expect(explain(subject, "campaigns:view").because).toEqual([
    { roleId: "viewer", roleName: "Viewer", grantedBy: "olive", grantedAt },
    approver,
    { ...approver, impliedBy: "campaigns:approve" },
  ]);
  expect(explain(subject, "campaigns:edit").because).toEqual([
    { ...approver, impliedBy: "campaigns:approve" },
  ]);
});

test("an owner has each permission directly", () => {
  expect(explain(makeSubject(makeGrant("owner")), "campaigns:view").because).toEqual([
    { roleId: "owner", roleName: "Owner", grantedBy: "olive", grantedAt },
  ]);
});

test("a permission that isn't granted has no sources", () => {
  expect(explain(makeSubject(makeGrant("viewer")), "campaigns:edit")).toEqual({
    allowed: false,
    because: [],
  });
});

test("grantedBy keeps the caller's type", () => {
  const grantedBy = { type: "user", id: "u1", name: "Olive" } as const;
  const grants = [{ roleId: "viewer", grantedBy, grantedAt }];
  const subject = subjectAt({ catalogue, roles: compileRoles(catalogue, roles), grants, now });

  expect(explain(subject, "campaigns:view").because[0]?.grantedBy.name).toBe("Olive");
});

test("permissionsThatGive returns the permission and all that imply it, in catalogue order", () => {
  expect(permissionsThatGive(catalogue, "campaigns:view")).toEqual([
    "campaigns:view",
    "campaigns:edit",
    "campaigns:approve",
  ]);
  expect(permissionsThatGive(catalogue, "campaigns:stop")).toEqual(["campaigns:stop"]);
});

test("can, explain and explainAll agree for any subject, and every source is valid", () => {
  const anySubject = anyCatalogue.chain((invented) => {
    const list = fc.subarray([...invented.permissions]);
    return fc.record({
      invented: fc.constant(invented),
      lists: fc.array(list, { maxLength: 3 }),
      isOwner: fc.boolean(),
    });
  });

  assertProperty(anySubject, ({ invented, lists, isOwner }) => {
    const stored = lists.map((permissions, index) => ({
      id: `${index}`,
      name: "R",
      permissions,
      isOwner: false,
    }));
    const all: readonly Role[] = isOwner
      ? [...stored, { id: "o", name: "O", permissions: [], isOwner }]
      : stored;
    const grants = all.map((role) => makeGrant(role.id));
    const subject = subjectAt({ catalogue: invented, roles: compileRoles(invented, all), grants, now });

    const listed = explainAll(subject);

    expect(listed.map(({ permission }) => permission)).toEqual(names(subject.permissions));
    for (const permission of invented.permissions) {
      const { allowed, because } = explain(subject, permission);
      expect(allowed).toBe(can(subject, permission));
      for (const { roleId, impliedBy } of because)
        expect(isValidPath(invented, all, { roleId, impliedBy, permission })).toBe(true);
    }
  });
});

function isValidPath(
  invented: Catalogue,
  all: readonly Role[],
  path: { readonly roleId: string; readonly impliedBy: string | undefined; readonly permission: string },
): boolean {
  const role = all.find(({ id }) => id === path.roleId);
  if (role?.isOwner === true) return path.impliedBy === undefined;
  const source = path.impliedBy ?? path.permission;
  return role?.permissions.includes(source) === true && has(fromNames(invented, [source]), path.permission);
}

const changeCatalogue = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } },
});

test("difference lists gained, lost and unchanged permissions, including implied ones", () => {
  const before = fromNames(changeCatalogue, ["campaigns:edit"]);
  const after = fromNames(changeCatalogue, ["campaigns:approve", "campaigns:view"]);

  expect(difference(before, after)).toEqual({
    gained: ["campaigns:approve"],
    lost: ["campaigns:edit"],
    unchanged: ["campaigns:view"],
  });
});

test("difference of equal sets is all unchanged", () => {
  const set = fromNames(changeCatalogue, ["campaigns:edit"]);

  expect(difference(set, set)).toEqual({
    gained: [],
    lost: [],
    unchanged: ["campaigns:view", "campaigns:edit"],
  });
});

test("unchanged and lost are the set before, unchanged and gained the set after", () => {
  assertProperty(catalogueWithSets(2), ({ catalogue: invented, sets }) => {
    const [before, after] = [at(sets, 0), at(sets, 1)];
    const { gained, lost, unchanged } = difference(before, after);
    const inOrder = (parts: readonly string[]): readonly string[] =>
      invented.permissions.filter((permission) => parts.includes(permission));

    expect(inOrder([...unchanged, ...lost])).toEqual(names(before));
    expect(inOrder([...unchanged, ...gained])).toEqual(names(after));
    expect(new Set([...gained, ...lost, ...unchanged]).size).toBe(
      gained.length + lost.length + unchanged.length,
    );
  });
});

test("the reverse difference swaps gained and lost", () => {
  assertProperty(catalogueWithSets(2), ({ sets }) => {
    const forward = difference(at(sets, 0), at(sets, 1));
    const reverse = difference(at(sets, 1), at(sets, 0));
    expect(reverse).toEqual({ gained: forward.lost, lost: forward.gained, unchanged: forward.unchanged });
  });
});
