import { expect, test } from "vitest";
import { formatRelativeTo, indexPermissionLabels } from "./permission-catalogue.ts";

const action = { sensitive: false, implies: [] };
const labels = indexPermissionLabels([
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

test("indexes labels by permission", () => {
  expect(labels.get("campaigns:approve")).toEqual({
    permission: "campaigns:approve",
    label: "Approve",
    description: "",
    sensitive: true,
    group: "Campaigns",
  });
});

test("adds the group next to a permission of another group", () => {
  expect(formatRelativeTo("campaigns:view", "campaigns:approve", labels)).toBe("View");
  expect(formatRelativeTo("campaigns:view", "reports:view", labels)).toBe("Campaigns · View");
  expect(formatRelativeTo("gone:view", "reports:view", labels)).toBe("gone:view");
});
