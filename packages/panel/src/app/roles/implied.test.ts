import { expect, test } from "vitest";
import { givenBy, impliedOf } from "./implied.ts";

const action = (permission: string, implies: readonly string[] = []) => ({
  permission,
  label: permission,
  sensitive: false,
  implies: [...implies],
});
const implied = impliedOf([
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      action("campaigns:view"),
      action("campaigns:edit", ["campaigns:view"]),
      action("campaigns:approve", ["campaigns:edit"]),
    ],
  },
]);

test("a permission brings what its own ones bring", () => {
  expect(implied.get("campaigns:approve")).toEqual(new Set(["campaigns:edit", "campaigns:view"]));
  expect(implied.get("campaigns:view")).toEqual(new Set());
});

test("a choice gives itself and what comes with it; unknown names give themselves", () => {
  expect(givenBy(["campaigns:edit"], implied)).toEqual(new Set(["campaigns:edit", "campaigns:view"]));
  expect(givenBy(["gone:view"], implied)).toEqual(new Set(["gone:view"]));
});
