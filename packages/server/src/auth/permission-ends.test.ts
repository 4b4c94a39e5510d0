import { definePermissions, permissionSet } from "@gatehouse/access";
import { expect, test } from "vitest";
import { findGrantError } from "./grant-ceiling.ts";
import { findPermissionEnds, listEndingBefore } from "./permission-ends.ts";

const catalogue = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } },
});
const set = (...names: readonly string[]) => permissionSet.fromStoredNames(catalogue, names);
const may = new Date("2027-05-01T00:00:00Z");
const june = new Date("2027-06-01T00:00:00Z");

test("a permission ends with the last grant that gives it, and not at all if one has no end", () => {
  const ends = findPermissionEnds([
    { permissions: set("campaigns:edit"), expiresAt: may },
    { permissions: set("campaigns:view"), expiresAt: june },
    { permissions: set("campaigns:approve"), expiresAt: june },
    { permissions: set("campaigns:approve"), expiresAt: null },
  ]);

  expect([...ends]).toEqual([
    ["campaigns:view", june],
    ["campaigns:edit", may],
  ]);
  expect(listEndingBefore(ends, ["campaigns:view", "campaigns:edit"], june)).toEqual(["campaigns:edit"]);
  expect(listEndingBefore(ends, ["campaigns:view", "campaigns:approve"], null)).toEqual(["campaigns:view"]);
});

test.for<[string, Date | null, string | null]>([
  ["before the own end", may, null],
  ["at the own end", june, null],
  ["a millisecond after it", new Date(june.getTime() + 1), "2027-06-01T00:00:00.000Z"],
  ["without end", null, "2027-06-01T00:00:00.000Z"],
])("a role that the actor holds for a time can be given until %s", ([, expiresAt, until]) => {
  const permissions = set("campaigns:edit");
  const actor = { permissions, permissionEnds: findPermissionEnds([{ permissions, expiresAt: june }]) };

  const error = findGrantError(actor, { what: "The role Editor", permissions, expiresAt });

  expect(error?.details.params?.["until"] ?? null).toBe(until);
  expect(error?.code).toBe(until === null ? undefined : "forbidden/grant-ceiling");
});
