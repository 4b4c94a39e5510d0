import { expect, test } from "vitest";
import { nameBeside, permissionWords } from "./permission-words.ts";

const action = { sensitive: false, implies: [] };
const words = permissionWords([
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      { ...action, permission: "campaigns:view", label: "View", description: "See every campaign" },
      { ...action, permission: "campaigns:approve", label: "Approve", sensitive: true },
    ],
  },
  { key: "reports", label: "Reports", actions: [{ ...action, permission: "reports:view", label: "View" }] },
]);

test("words are found by the permission's name", () => {
  expect(words.get("campaigns:approve")).toEqual({
    permission: "campaigns:approve",
    label: "Approve",
    description: "",
    sensitive: true,
    group: "Campaigns",
  });
});

test("a permission is named with its group beside one of another group", () => {
  expect(nameBeside("campaigns:view", "campaigns:approve", words)).toBe("View");
  expect(nameBeside("campaigns:view", "reports:view", words)).toBe("Campaigns · View");
  expect(nameBeside("gone:view", "reports:view", words)).toBe("gone:view");
});
