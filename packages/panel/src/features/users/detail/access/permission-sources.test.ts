import { expect, test } from "vitest";
import { findOnlyRole, groupBySources, searchGroups } from "./permission-sources.ts";

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

function countPermissions(found: ReturnType<typeof groupBySources>): number {
  return found.flatMap(({ clusters }) => clusters.flatMap(({ permissions }) => permissions)).length;
}

test("groups permissions with the same sources and keeps every permission", () => {
  const grouped = groupBySources(groups, held);
  expect(grouped.map(({ label }) => label)).toEqual(["Campaigns", "Reports", null]);
  const labels = grouped[0]?.clusters.map(({ permissions }) => permissions.map(({ label }) => label));
  expect(labels).toEqual([["View"], ["Edit", "Approve"], ["Stop"]]);
  expect(countPermissions(grouped)).toBe(held.length);
});

test("names an implying permission with its group if the group differs", () => {
  const [campaigns, reports] = groupBySources(groups, held);
  expect(campaigns?.clusters[0]?.sources[0]?.impliedBy).toEqual(["Edit"]);
  expect(reports?.clusters[0]?.sources[0]?.impliedBy).toEqual(["Campaigns · Edit"]);
});

test("keeps every source of a permission", () => {
  const stop = groupBySources(groups, held)[0]?.clusters[2];
  expect(stop?.sources.map(({ roleName }) => roleName)).toEqual(["Marketer", "Viewer"]);
});

test("a role that gives a permission in several ways is one source", () => {
  const because = [
    marketer,
    { ...marketer, impliedBy: "campaigns:edit" },
    { ...marketer, impliedBy: "campaigns:stop" },
    { ...viewer, expiresAt: "2026-12-31T20:59:59.000Z", impliedBy: "campaigns:edit" },
  ];
  const [group] = groupBySources(groups, [{ permission: "campaigns:view", because }]);
  expect(group?.clusters[0]?.sources).toEqual([
    { ...marketer, isDirect: true, impliedBy: ["Edit", "Stop"] },
    { ...viewer, expiresAt: "2026-12-31T20:59:59.000Z", isDirect: false, impliedBy: ["Edit"] },
  ]);
});

test("searches labels, groups and names, ignoring case and accents", () => {
  const grouped = groupBySources(groups, held);
  expect(countPermissions(searchGroups(grouped, "  "))).toBe(6);
  expect(countPermissions(searchGroups(grouped, "CAMPAİGNS"))).toBe(4);
  expect(countPermissions(searchGroups(grouped, "view"))).toBe(3);
  expect(countPermissions(searchGroups(grouped, "campaigns:app"))).toBe(1);
  expect(searchGroups(grouped, "nothing like it")).toEqual([]);
});

test("names the role that gives everything, and none of several", () => {
  const fromMarketer = held.filter(({ because }) => because.every(({ roleId }) => roleId === "m"));
  expect(findOnlyRole(groupBySources(groups, fromMarketer))).toBe("Marketer");
  expect(findOnlyRole(groupBySources(groups, held))).toBeNull();
  expect(findOnlyRole([])).toBeNull();
});
