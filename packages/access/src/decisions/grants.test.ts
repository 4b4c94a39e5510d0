import { expect, test } from "vitest";
import { assertProperty, at, catalogueWithSets } from "../../test/arbitraries.ts";
import { definePermissions } from "../permissions/define.ts";
import { isSubset, names } from "../permissions/permission-set.ts";
import {
  compileRole,
  compileRoles,
  type Grant,
  isLive,
  permissionsOfRoles,
  type Role,
  subjectAt,
} from "./grants.ts";

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

function makeGrant(roleId: string, expiresAt?: Date | null): Grant {
  return { roleId, grantedBy: "olive", grantedAt: before, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

test("a role gives its permissions and what they imply", () => {
  const role = compileRole(catalogue, editor);

  expect([...role.chosen]).toEqual(["campaigns:edit"]);
  expect(names(role.permissions)).toEqual(["campaigns:view", "campaigns:edit"]);
});

test("the owner role has every permission, whatever its stored list", () => {
  expect(names(compileRole(catalogue, owner).permissions)).toEqual(catalogue.permissions);
  expect(names(compileRole(catalogue, { ...owner, permissions: ["people:view"] }).permissions)).toEqual(
    catalogue.permissions,
  );
});

test("a permission that the catalogue no longer has is ignored", () => {
  const role = compileRole(catalogue, {
    ...editor,
    permissions: ["campaigns:recall", "toString", "people:view"],
  });

  expect([...role.chosen]).toEqual(["people:view"]);
  expect(names(role.permissions)).toEqual(["people:view"]);
});

test("a subject has the permissions of all its roles", () => {
  const subject = subjectAt({ catalogue, roles, grants: [makeGrant("r2"), makeGrant("r1")], now });

  expect(names(subject.permissions)).toEqual(["campaigns:view", "campaigns:edit", "people:view"]);
  expect(subject.held.map(({ role }) => role.name)).toEqual(["Reader", "Editor"]);
});

test("a subject without grants, or with a grant of a deleted role, has no permissions", () => {
  for (const grants of [[], [makeGrant("deleted")], [makeGrant("__proto__")]]) {
    expect(names(subjectAt({ catalogue, roles, grants, now }).permissions)).toEqual([]);
  }
});

test.for<[string, Date | null | undefined, boolean]>([
  ["without an expiry", undefined, true],
  ["with a null expiry", null, true],
  ["that expires in a millisecond", after, true],
  ["that expires now", now, false],
  ["that expired a millisecond ago", before, false],
  ["with an invalid expiry date", new Date("soon"), false],
])("a grant %s: live is %s", ([, expiresAt, live]) => {
  const grant = makeGrant("r3", expiresAt);

  expect(isLive(grant, now)).toBe(live);
  expect(names(subjectAt({ catalogue, roles, grants: [grant], now }).permissions).length > 0).toBe(live);
});

test("grants with an expiry don't count at an invalid instant", () => {
  expect(isLive(makeGrant("r1", after), new Date(Number.NaN))).toBe(false);
});

test("changesAt is the first expiry among the live grants", () => {
  const later = new Date(now.getTime() + 1000);
  const grants = [makeGrant("r1"), makeGrant("r2", later), makeGrant("r3", after), makeGrant("r2", before)];

  expect(subjectAt({ catalogue, roles, grants, now }).changesAt).toEqual(after);
  expect(subjectAt({ catalogue, roles, grants, now: after }).changesAt).toEqual(later);
  expect(subjectAt({ catalogue, roles, grants, now: later }).changesAt).toBeNull();
});

test.for<[string, readonly (Date | null)[], Date | null]>([
  ["the earlier expiry first", [after, muchLater], muchLater],
  ["the later expiry first", [muchLater, after], muchLater],
  ["an expiry and then none", [after, null], null],
  ["no expiry and then one", [null, after], null],
  ["the same expiry twice", [after, after], after],
])("a permission from two grants lasts until the later expiry: %s", ([, ends, last]) => {
  const grants = ends.map((end, index) => makeGrant(index === 0 ? "r2" : "r3", end));
  const subject = (instant: Date) => subjectAt({ catalogue, roles, grants, now: instant });
  const isHeld = (instant: Date) => names(subject(instant).permissions).includes("people:view");

  expect(subject(now).changesAt).toEqual(after);
  expect(isHeld(now)).toBe(true);
  expect(isHeld(after)).toBe(last !== after);
  expect(subject(after).changesAt).toEqual(last === after ? null : last);
  expect(isHeld(muchLater)).toBe(last === null);
  expect(subject(muchLater).changesAt).toBeNull();
});

test("an additional role never removes a permission", () => {
  assertProperty(catalogueWithSets(3), ({ catalogue: invented, sets }) => {
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
