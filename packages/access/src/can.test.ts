import * as fc from "fast-check";
import { expect, test } from "vitest";
import { always, anyCatalogue } from "../test/arbitraries.ts";
import { can, explain, explainAll, permissionsThatGive } from "./can.ts";
import type { Catalogue } from "./compile-catalogue.ts";
import { definePermissions } from "./define.ts";
import { UnknownPermission } from "./errors.ts";
import { type Grant, type Subject, subjectAt } from "./grants.ts";
import { fromNames, has, names } from "./permission-set.ts";
import { compileRoles, type Role } from "./roles.ts";

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

function holding(...grants: readonly Grant[]): Subject {
  return subjectAt({ catalogue, roles: compileRoles(catalogue, roles), grants, now });
}

function grantOf(roleId: string): Grant {
  return { roleId, grantedBy: "olive", grantedAt };
}

test("a permission is held directly, through what implies it, or not at all", () => {
  const approver = holding(grantOf("approver"));

  expect(can(approver, "campaigns:approve")).toBe(true);
  expect(can(approver, "campaigns:edit")).toBe(true);
  expect(can(approver, "campaigns:stop")).toBe(false);
});

test("anything with effective permissions can be asked", () => {
  const actor = { name: "Nightly import", permissions: fromNames(catalogue, ["campaigns:stop"]) };

  expect(can(actor, "campaigns:stop")).toBe(true);
  expect(can(actor, "campaigns:view")).toBe(false);
});

test("asking for an unknown permission is an error that names near ones", () => {
  const ask = [
    () => can(holding(), "campaigns:stpo"),
    () => explain(holding(), "campaigns:stpo"),
    () => permissionsThatGive(catalogue, "campaigns:stpo"),
  ];

  for (const question of ask) {
    expect(question).toThrow(UnknownPermission);
    expect(question).toThrow('Unknown permission "campaigns:stpo". Did you mean "campaigns:stop"?');
  }
});

test("the explanation names the role, who gave it, when and until when", () => {
  const subject = holding({ ...grantOf("viewer"), expiresAt });

  expect(explain(subject, "campaigns:view")).toEqual({
    allowed: true,
    because: [{ roleId: "viewer", roleName: "Viewer", grantedBy: "olive", grantedAt, expiresAt }],
  });
});

test("the explanation names every way: each role, and each permission of it that implies the one asked for", () => {
  const subject = holding(grantOf("viewer"), { ...grantOf("approver"), expiresAt: null });
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

test("an owner holds each permission by itself", () => {
  expect(explain(holding(grantOf("owner")), "campaigns:view").because).toEqual([
    { roleId: "owner", roleName: "Owner", grantedBy: "olive", grantedAt },
  ]);
});

test("what isn't held has no reason", () => {
  expect(explain(holding(grantOf("viewer")), "campaigns:edit")).toEqual({ allowed: false, because: [] });
});

test("who gave it is whatever the caller names them with", () => {
  const grantedBy = { type: "user", id: "u1", name: "Olive" } as const;
  const grants = [{ roleId: "viewer", grantedBy, grantedAt }];
  const subject = subjectAt({ catalogue, roles: compileRoles(catalogue, roles), grants, now });

  expect(explain(subject, "campaigns:view").because[0]?.grantedBy.name).toBe("Olive");
});

test("the permissions that give one are itself and all that imply it, in catalogue order", () => {
  expect(permissionsThatGive(catalogue, "campaigns:view")).toEqual([
    "campaigns:view",
    "campaigns:edit",
    "campaigns:approve",
  ]);
  expect(permissionsThatGive(catalogue, "campaigns:stop")).toEqual(["campaigns:stop"]);
});

test("check, explanation and list agree for anybody, and every reason is a true one", () => {
  const anybody = anyCatalogue.chain((invented) => {
    const list = fc.subarray([...invented.permissions]);
    return fc.record({
      invented: fc.constant(invented),
      lists: fc.array(list, { maxLength: 3 }),
      isOwner: fc.boolean(),
    });
  });

  always(anybody, ({ invented, lists, isOwner }) => {
    const stored = lists.map((permissions, index) => ({
      id: `${index}`,
      name: "R",
      permissions,
      isOwner: false,
    }));
    const all: readonly Role[] = isOwner
      ? [...stored, { id: "o", name: "O", permissions: [], isOwner }]
      : stored;
    const grants = all.map((role) => grantOf(role.id));
    const subject = subjectAt({ catalogue: invented, roles: compileRoles(invented, all), grants, now });

    const listed = explainAll(subject);

    expect(listed.map(({ permission }) => permission)).toEqual(names(subject.permissions));
    for (const permission of invented.permissions) {
      const { allowed, because } = explain(subject, permission);
      expect(allowed).toBe(can(subject, permission));
      for (const { roleId, impliedBy } of because)
        expect(isTrue(invented, all, { roleId, impliedBy, permission })).toBe(true);
    }
  });
});

function isTrue(
  invented: Catalogue,
  all: readonly Role[],
  claim: { readonly roleId: string; readonly impliedBy: string | undefined; readonly permission: string },
): boolean {
  const role = all.find(({ id }) => id === claim.roleId);
  if (role?.isOwner === true) return claim.impliedBy === undefined;
  const through = claim.impliedBy ?? claim.permission;
  return (
    role?.permissions.includes(through) === true && has(fromNames(invented, [through]), claim.permission)
  );
}
