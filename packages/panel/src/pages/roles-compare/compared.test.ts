import { expect, test } from "vitest";
import { compareRoles, countSides, readCompared } from "./compared.ts";

const action = (permission: string, implies: readonly string[] = []) => ({
  permission,
  label: permission.split(":")[1] ?? "",
  sensitive: false,
  implies: [...implies],
});
const groups = [
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      action("campaigns:view"),
      action("campaigns:edit", ["campaigns:view"]),
      action("campaigns:approve", ["campaigns:view"]),
    ],
  },
  { key: "tags", label: "Tags", actions: [action("tags:view")] },
];

test("a permission stands on one side, whether it was chosen or comes along", () => {
  const compared = compareRoles(
    groups,
    { permissions: ["campaigns:edit"] },
    { permissions: ["campaigns:approve"] },
  );
  const names = compared.map(({ key, onlyA, onlyB, both }) => [
    key,
    ...[onlyA, onlyB, both].map((side) => side.map(({ label }) => label)),
  ]);
  expect(names).toEqual([["campaigns", ["edit"], ["approve"], ["view"]]]);
  expect(countSides(compared)).toEqual({ onlyA: 1, onlyB: 1, both: 1 });
});

test("the address holds two ids and nothing else", () => {
  const a = "01900000-0000-7000-8000-000000000001";
  expect(readCompared({ a, b: "marketer" })).toEqual({ a, b: undefined });
});
