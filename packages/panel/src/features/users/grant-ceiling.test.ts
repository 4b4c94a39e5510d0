import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as english } from "../../messages/en/shell.po";
import { messages as turkish } from "../../messages/tr/shell.po";
import {
  canActOn,
  formatCeilingError,
  indexQualifiedLabels,
  listMissingPermissions,
} from "./grant-ceiling.ts";

const i18n = setupI18n({ locale: "en", messages: { en: english, tr: turkish } });
const inTurkish = setupI18n({ locale: "tr", messages: { en: english, tr: turkish } });
const labels = indexQualifiedLabels([
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      { permission: "campaigns:edit", label: "Edit", sensitive: false, implies: [] },
      { permission: "campaigns:approve", label: "Approve", sensitive: true, implies: [] },
    ],
  },
]);

test("lists the permissions of a role that the user doesn't have", () => {
  const held = new Set(["campaigns:edit"]);
  expect(listMissingPermissions({ permissions: ["campaigns:edit"] }, held)).toEqual([]);
  expect(listMissingPermissions({ permissions: [] }, held)).toEqual([]);
  expect(listMissingPermissions({ permissions: ["campaigns:edit", "campaigns:approve"] }, held)).toEqual([
    "campaigns:approve",
  ]);
});

test("names up to two missing permissions and counts the others", () => {
  expect(formatCeilingError("Approver", ["campaigns:approve"], labels, i18n)).toBe(
    "You can’t give Approver: it includes “Campaigns: Approve”, which you don’t have.",
  );
  expect(formatCeilingError("Approver", ["campaigns:edit", "campaigns:approve"], labels, i18n)).toBe(
    "You can’t give Approver: it includes “Campaigns: Edit” and “Campaigns: Approve”, which you don’t have.",
  );
  expect(formatCeilingError("Owner", ["campaigns:edit", "campaigns:approve", "x:y"], labels, i18n)).toContain(
    "and 1 more permission that",
  );
  expect(
    formatCeilingError("Owner", ["campaigns:edit", "campaigns:approve", "x:y", "x:z"], labels, i18n),
  ).toContain("and 2 more permissions that");
});

test("formats the error in Turkish", () => {
  expect(formatCeilingError("Approver", ["campaigns:approve"], labels, inTurkish)).toContain(
    "“Campaigns: Approve”",
  );
  expect(formatCeilingError("Approver", ["campaigns:approve"], labels, inTurkish)).not.toContain("You can’t");
});

test("shows the name of a permission without a label", () => {
  expect(formatCeilingError("Owner", ["x:y"], labels, i18n)).toContain("“x:y”");
});

const role = (id: string, permissions: string[]) => ({
  id,
  name: id,
  description: "",
  system: false,
  permissions,
  userCount: 0,
  invitationCount: 0,
  updatedAt: "2026-01-01T00:00:00Z",
});
const roles = [role("viewer", ["users:view"]), role("owner", ["users:view", "organization:edit"])];
const actor = { userId: "me", permissions: new Set(["users:view", "users:suspend"]) };
const user = (id: string, ...held: string[]) => ({ id, roles: held.map((name) => ({ id: name, name })) });

test("allows users with a subset of the own permissions", () => {
  expect(canActOn(actor, user("ayse", "viewer"), roles)).toBe(true);
  expect(canActOn(actor, user("ayse"), roles)).toBe(true);
});

test("refuses users with more permissions through any role", () => {
  expect(canActOn(actor, user("olive", "viewer", "owner"), roles)).toBe(false);
});

test("refuses the actor themselves", () => {
  expect(canActOn(actor, user("me", "viewer"), roles)).toBe(false);
});

test("allows everything while the roles aren't loaded", () => {
  expect(canActOn(actor, user("olive", "owner"), null)).toBe(true);
});
