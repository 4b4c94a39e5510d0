import { expect, test } from "vitest";
import { restoreCatalogue } from "./catalogue.ts";
import { definePermissions } from "./define.ts";
import { CatalogueError } from "./errors.ts";
import { ownGroupKeys } from "./own-group-keys.ts";
import { isOwnGroup, ownCatalogue, withOwnGroups } from "./own-groups.ts";
import { fromNames, names } from "./permission-set.ts";

test("Gatehouse's own permissions are exactly these", () => {
  expect(ownCatalogue.permissions.join(" ")).toBe(
    [
      "users:view users:invite users:edit users:suspend users:remove users:export",
      "roles:view roles:create roles:edit roles:delete roles:assign",
      "invitations:view invitations:send invitations:revoke",
      "audit:view audit:export",
      "api-keys:view api-keys:create api-keys:revoke",
      "organization:view organization:edit",
      "webhooks:view webhooks:manage",
      "business-units:view business-units:manage",
    ].join(" "),
  );
});

test("every group and action has a label and a description of its own", () => {
  const texts = ownCatalogue.definition.flatMap((group) => [group, ...group.actions]);

  for (const { label, description } of texts) expect([label, description]).not.toContain(undefined);
  expect(new Set(texts.map((text) => text.description)).size).toBe(texts.length);
});

test("whoever may do something in a group may also view it", () => {
  for (const permission of ownCatalogue.permissions) {
    const [group] = permission.split(":");
    expect(names(fromNames(ownCatalogue, [permission]))).toContain(`${group}:view`);
  }
});

test("inviting comes with seeing users, roles and invitations; assigning with seeing users and roles", () => {
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

test("viewing never comes with doing", () => {
  const views = ownCatalogue.permissions.filter((permission) => permission.endsWith(":view"));

  expect(names(fromNames(ownCatalogue, views))).toEqual(views);
});

test("Gatehouse's own groups follow a panel's", () => {
  const panel = definePermissions({ campaigns: { label: "Campaigns", actions: { view: {} } } });

  expect(withOwnGroups(panel).permissions).toEqual(["campaigns:view", ...ownCatalogue.permissions]);
  expect(withOwnGroups(panel).definition.map((group) => group.key)).toEqual(["campaigns", ...ownGroupKeys]);
});

test("a catalogue that is whole already stays as it is", () => {
  const whole = withOwnGroups(definePermissions({}));

  expect(withOwnGroups(whole)).toBe(whole);
});

test("a group that takes the key of an own one is refused", () => {
  const foreign = restoreCatalogue({ users: { label: "Customers", actions: { view: {} } } });

  expect(() => withOwnGroups(foreign)).toThrow(CatalogueError);
  expect(() => withOwnGroups(foreign)).toThrow(
    `users: "users" is a group of Gatehouse's own; choose another name`,
  );
});

test("own groups are told from a panel's by their key", () => {
  expect(isOwnGroup("api-keys")).toBe(true);
  expect(isOwnGroup("campaigns")).toBe(false);
});
