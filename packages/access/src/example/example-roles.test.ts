import { expect, test } from "vitest";
import { type OwnPermission, withOwnGroups } from "../catalogue/builtin-permissions.ts";
import { difference } from "../decisions/can.ts";
import { mayGive } from "../decisions/ceiling.ts";
import { compileRoles, permissionsOfRoles } from "../decisions/grants.ts";
import { names, type PermissionSet } from "../permissions/permission-set.ts";
import {
  type ExamplePermission,
  type ExampleRoleKey,
  exampleCatalogue,
  exampleRoles,
} from "./example-roles.ts";

type Permission = ExamplePermission | OwnPermission;

const catalogue = withOwnGroups(exampleCatalogue);
const compiled = compileRoles(
  catalogue,
  exampleRoles.map((role) => ({ ...role, id: role.key })),
);

function given(...keys: readonly ExampleRoleKey[]): PermissionSet<Permission> {
  return permissionsOfRoles(
    catalogue,
    keys.flatMap((key) => compiled.get(key) ?? []),
  );
}

/** "campaigns: view create" lines → permission names. */
function listed(table: string): readonly string[] {
  return table
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [groups = "", actions = ""] = line.split(":");
      return groups
        .trim()
        .split(" ")
        .flatMap((group) =>
          actions
            .trim()
            .split(" ")
            .map((action) => `${group}:${action}`),
        );
    });
}

test("the example panel has exactly these permissions, in this order", () => {
  expect(exampleCatalogue.permissions).toEqual(
    listed(`
      campaigns: view create edit delete submit approve send stop recall export
      push in-app web-push email sms whatsapp: view create edit delete send
      templates: view edit
      automation: view edit pause
      journeys: view create edit activate delete
      segments: view create edit delete export
      tags geofences: view create edit delete
      contacts: upload export block
      people: view view-personal-data edit export
      consent: view edit
      attributes events: view create edit delete
      recommendations: view approve
      experiments: view manage
      reports: view export
      analytics: view view-advanced
      crash-reports: view manage
      dashboards: view edit
      channels push-backends: view manage
      settings: view edit
    `),
  );
});

test("every group and action has a unique description", () => {
  const texts = exampleCatalogue.definition.flatMap((group) => [group, ...group.actions]);

  for (const { description } of texts) expect(description).toBeDefined();
  expect(new Set(texts.map((text) => text.description)).size).toBe(texts.length);
});

test("every action implies its group's view permission, if there is one", () => {
  for (const action of exampleCatalogue.definition.flatMap((group) => group.actions)) {
    const [group, name] = action.permission.split(":");
    const hasView = catalogue.positions.has(`${group}:view`);
    expect(action.implies).toEqual(hasView && name !== "view" ? [`${group}:view`] : []);
  }
});

test("these permissions are marked as sensitive", () => {
  const sensitive = catalogue.permissions.filter(
    (permission) => catalogue.actions.get(permission)?.sensitive,
  );

  expect(sensitive).toEqual(
    listed(`
      campaigns: approve send
      push in-app web-push email sms whatsapp: send
      journeys: activate
      segments: export
      contacts: upload export block
      people: view-personal-data export
      users: create reset-credentials remove export
      roles: edit delete assign
      audit: export
      api-keys: create
      organization: edit
    `),
  );
});

test("there are seven roles, the owner first, each with a description", () => {
  expect(exampleRoles.map((role) => role.name)).toEqual([
    "Owner",
    "App Admin",
    "Developer",
    "Marketer",
    "Viewer",
    "Campaign Approver",
    "Call Center",
  ]);
  expect(exampleRoles.filter((role) => role.isOwner).map((role) => role.key)).toEqual(["owner"]);
  expect(exampleRoles.every((role) => role.description.length > 20)).toBe(true);
});

test("Owner has every permission, App Admin all but one", () => {
  expect(names(given("owner"))).toEqual(catalogue.permissions);
  expect(difference(given("owner"), given("app-admin")).lost).toEqual(["organization:edit"]);
});

test("App Admin may grant every role except Owner", () => {
  const allowed = exampleRoles.filter((role) => mayGive(given("app-admin"), given(role.key)).allowed);

  expect(exampleRoles.filter((role) => !allowed.includes(role)).map((role) => role.key)).toEqual(["owner"]);
});

test.for<[ExampleRoleKey, string]>([
  [
    "developer",
    `push in-app: view create edit delete send
     attributes events: view create edit delete
     experiments channels push-backends: view manage
     api-keys: view create revoke`,
  ],
  [
    "marketer",
    `campaigns: view create edit delete submit send stop recall export
     push in-app web-push email sms whatsapp: view create edit delete send
     templates: view edit
     journeys: view create edit activate delete
     segments: view create edit delete export
     geofences: view create edit delete
     analytics: view view-advanced`,
  ],
  [
    "viewer",
    `campaigns push in-app web-push email sms whatsapp templates automation journeys segments tags geofences: view
     people consent attributes events recommendations experiments reports analytics crash-reports dashboards: view
     channels push-backends settings users roles: view`,
  ],
  [
    "campaign-approver",
    `campaigns: view approve stop
     recommendations: view approve`,
  ],
  [
    "call-center",
    `contacts: block
     people: view view-personal-data
     consent: view edit`,
  ],
])("%s has exactly these permissions", ([key, table]) => {
  expect(names(given(key))).toEqual(listed(table));
});

test("the difference after adding Call Center and removing Viewer is exact", () => {
  const before = given("campaign-approver", "marketer", "viewer");
  const change = difference(before, given("campaign-approver", "marketer", "call-center"));

  expect(names(before)).toHaveLength(75);
  expect(change.gained).toEqual(["contacts:block", "people:view-personal-data", "consent:edit"]);
  expect(change.lost).toEqual(
    listed(`
      automation tags attributes events experiments reports crash-reports dashboards: view
      channels push-backends settings users roles: view
    `),
  );
  expect(change.unchanged).toHaveLength(62);
});
