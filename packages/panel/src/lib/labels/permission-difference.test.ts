import { expect, test } from "vitest";
import { catalogue } from "../../../test/fixtures.ts";
import { indexPermissionLabels } from "./permission-catalogue.ts";
import { groupBySensitivity } from "./permission-difference.tsx";

const labels = indexPermissionLabels(catalogue);

test("puts sensitive permissions first and groups the rest in their order", () => {
  const { sensitive, groups } = groupBySensitivity(
    ["contacts:view", "campaigns:view", "campaigns:edit", "campaigns:approve", "contacts:block"],
    labels,
  );
  expect(sensitive.map(({ permission }) => permission)).toEqual(["campaigns:approve"]);
  expect(groups.map(({ label, actions }) => [label, actions.map((action) => action.label)])).toEqual([
    ["Contacts", ["View", "Block"]],
    ["Campaigns", ["View", "Edit"]],
  ]);
});

test("keeps permissions that are no longer in the catalogue, by name, in a group of their own", () => {
  const { groups } = groupBySensitivity(["old:edit", "contacts:view", "older:view"], labels);
  expect(groups).toEqual([
    {
      key: "",
      label: null,
      actions: [
        { permission: "old:edit", label: "old:edit" },
        { permission: "older:view", label: "older:view" },
      ],
    },
    { key: "contacts", label: "Contacts", actions: [expect.objectContaining({ label: "View" })] },
  ]);
});
