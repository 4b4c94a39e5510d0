import { expect, test } from "vitest";
import { always, at, catalogueWithSets } from "../test/arbitraries.ts";
import { definePermissions } from "./define.ts";
import { type Grant, isLive, subjectAt } from "./grants.ts";
import { isSubset, names } from "./permission-set.ts";
import { compileRole, compileRoles, permissionsOfRoles, type Role } from "./roles.ts";

const catalogue = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } },
  people: { label: "People", actions: { view: {} } },
});

const editor: Role = { id: "r1", name: "Editor", permissions: ["campaigns:edit"], isOwner: false };
const reader: Role = { id: "r2", name: "Reader", permissions: ["people:view"], isOwner: false };
const owner: Role = { id: "r3", name: "Owner", permissions: [], isOwner: true };
const roles = compileRoles(catalogue, [editor, reader, owner]);

const now = new Date("2026-03-01T12:00:00Z");
const before = new Date(now.getTime() - 1);
const after = new Date(now.getTime() + 1);
const muchLater = new Date(now.getTime() + 86_400_000);

function grantOf(roleId: string, expiresAt?: Date | null): Grant {
  return { roleId, grantedBy: "olive", grantedAt: before, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

test("a role gives its permissions and what they imply", () => {
  const role = compileRole(catalogue, editor);

  expect([...role.chosen]).toEqual(["campaigns:edit"]);
  expect(names(role.permissions)).toEqual(["campaigns:view", "campaigns:edit"]);
});

test("the owner role gives everything, whatever is stored with it", () => {
  expect(names(compileRole(catalogue, owner).permissions)).toEqual(catalogue.permissions);
  expect(names(compileRole(catalogue, { ...owner, permissions: ["people:view"] }).permissions)).toEqual(
    catalogue.permissions,
  );
});

test("a permission that has left the catalogue gives nothing and is no error", () => {
  const role = compileRole(catalogue, {
    ...editor,
    permissions: ["campaigns:recall", "toString", "people:view"],
  });

  expect([...role.chosen]).toEqual(["people:view"]);
  expect(names(role.permissions)).toEqual(["people:view"]);
});

test("a subject may do what any of the roles gives", () => {
  const subject = subjectAt({ catalogue, roles, grants: [grantOf("r2"), grantOf("r1")], now });

  expect(names(subject.permissions)).toEqual(["campaigns:view", "campaigns:edit", "people:view"]);
  expect(subject.held.map(({ role }) => role.name)).toEqual(["Reader", "Editor"]);
});

test("without a grant, or with one of a role that is gone, nothing may be done", () => {
  for (const grants of [[], [grantOf("deleted")], [grantOf("__proto__")]]) {
    expect(names(subjectAt({ catalogue, roles, grants, now }).permissions)).toEqual([]);
  }
});

test.for<[string, Date | null | undefined, boolean]>([
  ["without an end", undefined, true],
  ["with null for an end", null, true],
  ["that ends a millisecond from now", after, true],
  ["that ends now", now, false],
  ["that ended a millisecond ago", before, false],
  ["with an end that is no date", new Date("soon"), false],
])("a grant %s: live is %s", ([, expiresAt, live]) => {
  const grant = grantOf("r3", expiresAt);

  expect(isLive(grant, now)).toBe(live);
  expect(names(subjectAt({ catalogue, roles, grants: [grant], now }).permissions).length > 0).toBe(live);
});

test("at an instant that is no date, grants with an end don't count", () => {
  expect(isLive(grantOf("r1", after), new Date(Number.NaN))).toBe(false);
});

test("an answer says until when it holds: the first end among the live grants", () => {
  const later = new Date(now.getTime() + 1000);
  const grants = [grantOf("r1"), grantOf("r2", later), grantOf("r3", after), grantOf("r2", before)];

  expect(subjectAt({ catalogue, roles, grants, now }).changesAt).toEqual(after);
  expect(subjectAt({ catalogue, roles, grants, now: after }).changesAt).toEqual(later);
  expect(subjectAt({ catalogue, roles, grants, now: later }).changesAt).toBeNull();
});

test.for<[string, readonly (Date | null)[], Date | null]>([
  ["the earlier end first", [after, muchLater], muchLater],
  ["the later end first", [muchLater, after], muchLater],
  ["an end and then none", [after, null], null],
  ["no end and then one", [null, after], null],
  ["the same end twice", [after, after], after],
])("a permission through two grants is held until the later end: %s", ([, ends, last]) => {
  const grants = ends.map((end, index) => grantOf(index === 0 ? "r2" : "r3", end));
  const subject = (instant: Date) => subjectAt({ catalogue, roles, grants, now: instant });
  const isHeld = (instant: Date) => names(subject(instant).permissions).includes("people:view");

  expect(subject(now).changesAt).toEqual(after);
  expect(isHeld(now)).toBe(true);
  expect(isHeld(after)).toBe(last !== after);
  expect(subject(after).changesAt).toEqual(last === after ? null : last);
  expect(isHeld(muchLater)).toBe(last === null);
  expect(subject(muchLater).changesAt).toBeNull();
});

test("another role never takes anything away", () => {
  always(catalogueWithSets(3), ({ catalogue: invented, sets }) => {
    const fewer = permissionsOfRoles(
      invented,
      sets.slice(0, 2).map((permissions) => ({ permissions })),
    );
    const more = permissionsOfRoles(
      invented,
      sets.map((permissions) => ({ permissions })),
    );
    expect(isSubset(fewer, more)).toBe(true);
    expect(isSubset(at(sets, 2), more)).toBe(true);
  });
});
