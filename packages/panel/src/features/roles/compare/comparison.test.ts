import { restoreCatalogue } from "@gatehouse/access/catalogue";
import { expect, test } from "vitest";
import { parseComparedIds } from "../route.ts";
import { compareRoles, countSides } from "./comparison.tsx";

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

test("compares chosen and implied permissions", () => {
  const compared = compareRoles(
    { catalogue: restoreCatalogue(groups), groups },
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

test("parses two ids and drops everything else", () => {
  const a = "01900000-0000-7000-8000-000000000001";
  expect(parseComparedIds({ a, b: "marketer" })).toEqual({ a, b: undefined });
});
