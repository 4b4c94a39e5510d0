import { expect, test } from "vitest";
import { definePermissions } from "../permissions/define.ts";
import { CatalogueError } from "../permissions/errors.ts";
import { isReservedGroup, reservedGroupKeys } from "../permissions/names.ts";
import { fromNames, names } from "../permissions/permission-set.ts";
import { ownCatalogue, withOwnGroups } from "./builtin-permissions.ts";
import { restoreCatalogue } from "./index.ts";

test("the built-in permissions are exactly these", () => {
  expect(ownCatalogue.permissions.join(" ")).toBe(
    [
      "users:view users:invite users:create users:edit users:suspend users:reset-credentials users:remove users:export",
      "roles:view roles:create roles:edit roles:delete roles:assign",
      "invitations:view invitations:send invitations:revoke",
      "audit:view audit:export",
      "api-keys:view api-keys:create api-keys:revoke",
      "organization:view organization:edit",
    ].join(" "),
  );
});

test("every group and action has a label and a unique description", () => {
  const texts = ownCatalogue.definition.flatMap((group) => [group, ...group.actions]);

  for (const { label, description } of texts) expect([label, description]).not.toContain(undefined);
  expect(new Set(texts.map((text) => text.description)).size).toBe(texts.length);
});

test("every permission of a group implies its view permission", () => {
  for (const permission of ownCatalogue.permissions) {
    const [group] = permission.split(":");
    expect(names(fromNames(ownCatalogue, [permission]))).toContain(`${group}:view`);
  }
});

test("users:invite implies viewing users, roles and invitations; roles:assign implies viewing users and roles", () => {
  expect(names(fromNames(ownCatalogue, ["users:invite"]))).toEqual([
    "users:view",
    "users:invite",
    "roles:view",
    "invitations:view",
  ]);
  expect(names(fromNames(ownCatalogue, ["roles:assign"]))).toEqual([
    "users:view",
    "roles:view",
    "roles:assign",
  ]);
});

test("a view permission implies only view permissions", () => {
  const views = ownCatalogue.permissions.filter((permission) => permission.endsWith(":view"));

  expect(names(fromNames(ownCatalogue, views))).toEqual(views);
});

test("the built-in groups follow the panel's groups", () => {
  const panel = definePermissions({ campaigns: { label: "Campaigns", actions: { view: {} } } });

  expect(withOwnGroups(panel).permissions).toEqual(["campaigns:view", ...ownCatalogue.permissions]);
  expect(withOwnGroups(panel).definition.map((group) => group.key)).toEqual([
    "campaigns",
    ...ownCatalogue.definition.map((group) => group.key),
  ]);
});

test("a catalogue that already has the built-in groups is returned unchanged", () => {
  const whole = withOwnGroups(definePermissions({}));

  expect(withOwnGroups(whole)).toBe(whole);
});

test("the built-in groups have reserved keys; webhooks and business-units are reserved for later", () => {
  const builtin = ownCatalogue.definition.map((group) => group.key);

  expect(reservedGroupKeys).toEqual([...builtin, "webhooks", "business-units"]);
});

test("a group with a reserved key is rejected", () => {
  const foreign = restoreCatalogue({ users: { label: "Customers", actions: { view: {} } } });

  expect(() => withOwnGroups(foreign)).toThrow(CatalogueError);
  expect(() => withOwnGroups(foreign)).toThrow(
    `users: "users" is reserved for Gatehouse; choose another name`,
  );
});

test("isReservedGroup recognizes reserved keys", () => {
  expect(isReservedGroup("api-keys")).toBe(true);
  expect(isReservedGroup("webhooks")).toBe(true);
  expect(isReservedGroup("campaigns")).toBe(false);
});
