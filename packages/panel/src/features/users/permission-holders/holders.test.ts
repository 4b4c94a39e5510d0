import { expect, test } from "vitest";
import { indexPermissionLabels } from "../../../lib/labels/permission-catalogue.ts";
import { groupByRole } from "./holders.tsx";

const action = (permission: string, label: string) => {
  return { permission, label, sensitive: false, implies: [] };
};
const labels = indexPermissionLabels([
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      action("campaigns:view", "View"),
      action("campaigns:edit", "Edit"),
      action("campaigns:stop", "Stop"),
    ],
  },
]);
const marketer = { roleId: "m", roleName: "Marketer" };
const approver = { roleId: "a", roleName: "Approver" };

test("groups the implying permissions by role", () => {
  const because = [
    { ...marketer, impliedBy: "campaigns:edit" },
    { ...approver, impliedBy: "campaigns:stop" },
    { ...marketer, impliedBy: "campaigns:stop" },
  ];
  expect(groupByRole("campaigns:view", because, labels)).toEqual([
    { ...marketer, impliedBy: ["Edit", "Stop"] },
    { ...approver, impliedBy: ["Stop"] },
  ]);
});

test("lists no implying permissions for a role that contains it directly", () => {
  const because = [{ ...marketer, impliedBy: "campaigns:edit" }, marketer];
  expect(groupByRole("campaigns:view", because, labels)).toEqual([{ ...marketer, impliedBy: [] }]);
});
