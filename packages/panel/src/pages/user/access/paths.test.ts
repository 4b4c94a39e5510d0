import { expect, test } from "vitest";
import { groupPaths, permissionCount, searchPaths } from "./paths.ts";

const action = (permission: string, label: string, sensitive = false) => {
  return { permission, label, sensitive, implies: [] };
};
const groups = [
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      action("campaigns:view", "View"),
      action("campaigns:edit", "Edit"),
      action("campaigns:stop", "Stop"),
      action("campaigns:approve", "Approve", true),
    ],
  },
  { key: "reports", label: "Reports", actions: [action("reports:view", "View")] },
  { key: "tags", label: "Tags", actions: [action("tags:view", "View")] },
];
const olive = { type: "user" as const, id: "olive", name: "Olive Brandt" };
const marketer = {
  roleId: "m",
  roleName: "Marketer",
  grantedBy: olive,
  grantedAt: "2026-03-03T09:00:00.000Z",
};
const viewer = { ...marketer, roleId: "v", roleName: "Viewer" };

const held = [
  { permission: "campaigns:view", because: [{ ...marketer, impliedBy: "campaigns:edit" }] },
  { permission: "campaigns:edit", because: [marketer] },
  { permission: "campaigns:stop", because: [marketer, viewer] },
  { permission: "campaigns:approve", because: [marketer] },
  { permission: "reports:view", because: [{ ...viewer, impliedBy: "campaigns:edit" }] },
  { permission: "gone:view", because: [viewer] },
];

test("permissions with the same path stand together, and none is lost", () => {
  const grouped = groupPaths(groups, held);
  expect(grouped.map(({ label }) => label)).toEqual(["Campaigns", "Reports", null]);
  const labels = grouped[0]?.clusters.map(({ permissions }) => permissions.map(({ label }) => label));
  expect(labels).toEqual([["View"], ["Edit", "Approve"], ["Stop"]]);
  expect(permissionCount(grouped)).toBe(held.length);
});

test("what includes a permission is named with its group where that is another", () => {
  const [campaigns, reports] = groupPaths(groups, held);
  expect(campaigns?.clusters[0]?.paths[0]?.impliedBy).toEqual(["Edit"]);
  expect(reports?.clusters[0]?.paths[0]?.impliedBy).toEqual(["Campaigns · Edit"]);
});

test("every path of a permission is kept", () => {
  const stop = groupPaths(groups, held)[0]?.clusters[2];
  expect(stop?.paths.map(({ roleName }) => roleName)).toEqual(["Marketer", "Viewer"]);
});

test("a role that gives a permission in several ways is one path", () => {
  const because = [
    marketer,
    { ...marketer, impliedBy: "campaigns:edit" },
    { ...marketer, impliedBy: "campaigns:stop" },
    { ...viewer, expiresAt: "2026-12-31T20:59:59.000Z", impliedBy: "campaigns:edit" },
  ];
  const [group] = groupPaths(groups, [{ permission: "campaigns:view", because }]);
  expect(group?.clusters[0]?.paths).toEqual([
    { ...marketer, isDirect: true, impliedBy: ["Edit", "Stop"] },
    { ...viewer, expiresAt: "2026-12-31T20:59:59.000Z", isDirect: false, impliedBy: ["Edit"] },
  ]);
});

test("the search finds labels, groups and names, folded", () => {
  const grouped = groupPaths(groups, held);
  expect(permissionCount(searchPaths(grouped, "  "))).toBe(6);
  expect(permissionCount(searchPaths(grouped, "CAMPAİGNS"))).toBe(4);
  expect(permissionCount(searchPaths(grouped, "view"))).toBe(3);
  expect(permissionCount(searchPaths(grouped, "campaigns:app"))).toBe(1);
  expect(searchPaths(grouped, "nothing like it")).toEqual([]);
});
