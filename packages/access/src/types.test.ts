/** What compiles and what doesn't. `tsc` checks the `@ts-expect-error` lines; most also fail at run time. */
import { expect, expectTypeOf, test } from "vitest";
import { type OwnPermission, withOwnGroups } from "./catalogue/index.ts";
import type { ExamplePermission, exampleCatalogue } from "./example/index.ts";
import {
  type Catalogue,
  CatalogueError,
  can,
  compileRoles,
  definePermissions,
  explain,
  type PermissionOf,
  type PermissionSet,
  permissionSet,
  type RoleTemplate,
  subjectAt,
  UnknownPermission,
} from "./index.ts";

const permissions = definePermissions({
  campaigns: {
    label: "Campaigns",
    actions: { view: {}, edit: { implies: ["view"] }, approve: { sensitive: true } },
  },
  people: { label: "People", actions: { "view-personal-data": { implies: ["campaigns:view"] } } },
});
type Permission = PermissionOf<typeof permissions>;

test("the names of a catalogue are a union of literals", () => {
  expectTypeOf<Permission>().toEqualTypeOf<
    "campaigns:view" | "campaigns:edit" | "campaigns:approve" | "people:view-personal-data"
  >();
  expectTypeOf(permissions.permissions).toEqualTypeOf<readonly Permission[]>();
  expectTypeOf<PermissionOf<Catalogue>>().toEqualTypeOf<string>();
});

test("withOwnGroups adds the built-in names to a panel's", () => {
  const whole = withOwnGroups(permissions);

  expectTypeOf<PermissionOf<typeof whole>>().toEqualTypeOf<Permission | OwnPermission>();
  expectTypeOf<"users:invite">().toExtend<OwnPermission>();
  expectTypeOf<"campaigns:recall">().toExtend<ExamplePermission>();
  expectTypeOf<"users:invite">().not.toExtend<ExamplePermission>();
  expectTypeOf<PermissionOf<typeof exampleCatalogue>>().toEqualTypeOf<ExamplePermission>();
});

test("a check of an unknown name doesn't compile", () => {
  const everything = { permissions: permissionSet.all(permissions) };

  expect(can(everything, "campaigns:approve")).toBe(true);
  // @ts-expect-error a misspelt action
  expect(() => can(everything, "campaigns:aprove")).toThrow(UnknownPermission);
  // @ts-expect-error an undeclared group
  expect(() => can(everything, "users:view")).toThrow(UnknownPermission);
  // @ts-expect-error a misspelt action
  expect(() => permissionSet.has(everything.permissions, "campaigns:aprove")).toThrow(UnknownPermission);
  // @ts-expect-error a misspelt action in a list
  expect(() => permissionSet.fromNames(permissions, ["campaigns:view", "campaigns:aprove"])).toThrow(
    UnknownPermission,
  );
});

test("an explanation keeps the types of names and of grantedBy", () => {
  const subject = subjectAt({
    catalogue: permissions,
    roles: compileRoles(permissions, []),
    grants: [{ roleId: "r", grantedBy: { id: 7 }, grantedAt: new Date(0) }],
    now: new Date(0),
  });

  const { because } = explain(subject, "campaigns:view");

  expectTypeOf(because[0]?.impliedBy).toEqualTypeOf<Permission | undefined>();
  expectTypeOf(because[0]?.grantedBy).toEqualTypeOf<{ id: number } | undefined>();
  expect(because).toEqual([]);
});

test("a typed catalogue or set is assignable to an untyped one, not the reverse", () => {
  expectTypeOf<Catalogue<"a:b">>().toExtend<Catalogue>();
  expectTypeOf<PermissionSet<"a:b">>().toExtend<PermissionSet>();
  expectTypeOf<PermissionSet<"a:b">>().toExtend<PermissionSet<"a:b" | "a:c">>();
  expectTypeOf<Catalogue>().not.toExtend<Catalogue<"a:b">>();
  expectTypeOf<PermissionSet>().not.toExtend<PermissionSet<"a:b">>();
});

test("an unknown name in implies doesn't compile", () => {
  expect(() =>
    // @ts-expect-error no such action in the group
    definePermissions({ a: { label: "A", actions: { view: {}, edit: { implies: ["vew"] } } } }),
  ).toThrow(CatalogueError);
  expect(() =>
    // @ts-expect-error no such permission
    definePermissions({ a: { label: "A", actions: { edit: { implies: ["b:view"] } } } }),
  ).toThrow(CatalogueError);
  expect(() =>
    // @ts-expect-error a built-in permission can't be implied
    definePermissions({ a: { label: "A", actions: { edit: { implies: ["roles:assign"] } } } }),
  ).toThrow(CatalogueError);
});

test("an unknown key, a missing label and a built-in group don't compile", () => {
  // @ts-expect-error a misspelt key of an action
  definePermissions({ a: { label: "A", actions: { view: { sensitve: true } } } });
  // @ts-expect-error a misspelt key of a group
  definePermissions({ a: { label: "A", descripton: "B", actions: { view: {} } } });
  // @ts-expect-error no label
  expect(() => definePermissions({ a: { actions: { view: {} } } })).toThrow(CatalogueError);
  expect(() =>
    // @ts-expect-error a reserved name
    definePermissions({ users: { label: "Customers", actions: { view: {} } } }),
  ).toThrow(CatalogueError);
});

test("a catalogue and its sets are read-only", () => {
  const set = permissionSet.none(permissions);

  // @ts-expect-error read-only
  const write = (): unknown => (set.bits[0] = 1);
  // @ts-expect-error read-only
  const push = (): unknown => permissions.permissions.push("campaigns:view");

  expect([typeof write, typeof push]).toEqual(["function", "function"]);
});

test("the permissions of a role's template are those of the panel and of Gatehouse", () => {
  const roles = [
    { key: "editor", name: "Editor", permissions: ["campaigns:edit", "users:view"] },
  ] satisfies RoleTemplate<typeof permissions>[];
  expect(roles).toHaveLength(1);
  // @ts-expect-error a misspelled permission
  ({ key: "editor", name: "Editor", permissions: ["campaigns:edti"] }) satisfies RoleTemplate<
    typeof permissions
  >;
});
