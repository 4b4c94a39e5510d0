import { expect, test } from "vitest";
import { permissionWords } from "../words/permission-words.ts";
import { waysOf } from "./ways.ts";

const action = (permission: string, label: string) => {
  return { permission, label, sensitive: false, implies: [] };
};
const words = permissionWords([
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

test("a role stands once, with everything in it that includes the permission", () => {
  const because = [
    { ...marketer, impliedBy: "campaigns:edit" },
    { ...approver, impliedBy: "campaigns:stop" },
    { ...marketer, impliedBy: "campaigns:stop" },
  ];
  expect(waysOf("campaigns:view", because, words)).toEqual([
    { ...marketer, impliedBy: ["Edit", "Stop"] },
    { ...approver, impliedBy: ["Stop"] },
  ]);
});

test("where the role gives it itself no detour is told", () => {
  const because = [{ ...marketer, impliedBy: "campaigns:edit" }, marketer];
  expect(waysOf("campaigns:view", because, words)).toEqual([{ ...marketer, impliedBy: [] }]);
});
