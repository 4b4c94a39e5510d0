import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as english } from "../../messages/en/shell.po";
import { messages as turkish } from "../../messages/tr/shell.po";
import { ceilingText, missingFor, permissionLabels } from "./role-ceiling.ts";

const i18n = setupI18n({ locale: "en", messages: { en: english, tr: turkish } });
const inTurkish = setupI18n({ locale: "tr", messages: { en: english, tr: turkish } });
const labels = permissionLabels([
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      { permission: "campaigns:edit", label: "Edit", sensitive: false, implies: [] },
      { permission: "campaigns:approve", label: "Approve", sensitive: true, implies: [] },
    ],
  },
]);

test("a role may be given by whoever holds all of it", () => {
  const held = new Set(["campaigns:edit"]);
  expect(missingFor({ permissions: ["campaigns:edit"] }, held)).toEqual([]);
  expect(missingFor({ permissions: [] }, held)).toEqual([]);
  expect(missingFor({ permissions: ["campaigns:edit", "campaigns:approve"] }, held)).toEqual([
    "campaigns:approve",
  ]);
});

test("names one, two, or two and the number of the others", () => {
  expect(ceilingText("Approver", ["campaigns:approve"], labels, i18n)).toBe(
    "You can’t give Approver: it includes “Campaigns: Approve”, which you don’t hold.",
  );
  expect(ceilingText("Approver", ["campaigns:edit", "campaigns:approve"], labels, i18n)).toBe(
    "You can’t give Approver: it includes “Campaigns: Edit” and “Campaigns: Approve”, which you don’t hold.",
  );
  expect(ceilingText("Owner", ["campaigns:edit", "campaigns:approve", "x:y"], labels, i18n)).toContain(
    "and 1 more permission that",
  );
  expect(ceilingText("Owner", ["campaigns:edit", "campaigns:approve", "x:y", "x:z"], labels, i18n)).toContain(
    "and 2 more permissions that",
  );
});

test("says so in Turkish", () => {
  expect(ceilingText("Approver", ["campaigns:approve"], labels, inTurkish)).toContain("“Campaigns: Approve”");
  expect(ceilingText("Approver", ["campaigns:approve"], labels, inTurkish)).not.toContain("You can’t");
});

test("a permission that the catalogue doesn't know keeps its name", () => {
  expect(ceilingText("Owner", ["x:y"], labels, i18n)).toContain("“x:y”");
});
