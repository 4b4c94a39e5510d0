import { expect, test } from "vitest";
import { expandPermissions, indexImplied } from "./implied-permissions.ts";

const action = (permission: string, implies: readonly string[] = []) => ({
  permission,
  label: permission,
  sensitive: false,
  implies: [...implies],
});
const implied = indexImplied([
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

test("implied permissions are transitive", () => {
  expect(implied.get("campaigns:approve")).toEqual(new Set(["campaigns:edit", "campaigns:view"]));
  expect(implied.get("campaigns:view")).toEqual(new Set());
});

test("expands permissions; an unknown name expands to itself", () => {
  expect(expandPermissions(["campaigns:edit"], implied)).toEqual(
    new Set(["campaigns:edit", "campaigns:view"]),
  );
  expect(expandPermissions(["gone:view"], implied)).toEqual(new Set(["gone:view"]));
});
