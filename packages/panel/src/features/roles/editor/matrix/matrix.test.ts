import { restoreCatalogue } from "@gatehouse/access/catalogue";
import { expect, test } from "vitest";
import { createGrantCeiling } from "../../../../lib/access/grant-ceiling.ts";
import {
  createCells,
  getGroupState,
  indexCatalogue,
  isFound,
  isOpen,
  isShown,
  type MatrixInput,
  toggle,
  toggleAll,
} from "./matrix.ts";

const action = (permission: string, implies: readonly string[] = [], sensitive = false) => ({
  permission,
  label: permission.split(":")[1] ?? "",
  description: `To ${permission}`,
  sensitive,
  implies: [...implies],
});
const groups = [
  {
    key: "campaigns",
    label: "Campaigns",
    actions: [
      action("campaigns:view"),
      action("campaigns:edit", ["campaigns:view"]),
      action("campaigns:approve", ["campaigns:edit", "people:view"], true),
    ],
  },
  { key: "people", label: "People", actions: [action("people:view")] },
];
const compiled = restoreCatalogue(groups);
const catalogue = indexCatalogue(compiled, groups);
const createCeiling = (permissions: readonly string[]) =>
  createGrantCeiling(compiled, { userId: "me", permissions, isOwner: false });
const input = (chosen: readonly string[], more: Partial<MatrixInput> = {}): MatrixInput => ({
  catalogue,
  saved: new Set(chosen),
  chosen: new Set(chosen),
  ceiling: createCeiling(compiled.permissions),
  ...more,
});
const cell = (permission: string, given: MatrixInput) => {
  const found = createCells(given).get(permission);
  if (found === undefined) throw new Error(permission);
  return found;
};

test("implied permissions name their source and can't be unchecked alone", () => {
  const given = input(["campaigns:approve"]);
  expect(cell("people:view", given)).toMatchObject({
    state: "implied",
    via: { permission: "campaigns:approve" },
  });
  expect(cell("campaigns:view", given).state).toBe("implied");
  expect(isOpen(cell("campaigns:view", given))).toBe(false);
  expect(toggle(given.chosen, cell("campaigns:view", given))).toBe(given.chosen);
});

test("toggling checks and unchecks a permission", () => {
  const given = input([]);
  const chosen = toggle(given.chosen, cell("campaigns:edit", given));
  expect([...chosen]).toEqual(["campaigns:edit"]);
  expect([...toggle(chosen, cell("campaigns:edit", input(["campaigns:edit"])))]).toEqual([]);
});

test("changes count effective permissions, not clicks", () => {
  const given = input(["campaigns:view", "campaigns:edit"], { saved: new Set(["campaigns:edit"]) });
  expect(cell("campaigns:view", given).change).toBeNull();
  const taken = input([], { saved: new Set(["campaigns:edit"]) });
  expect(cell("campaigns:view", taken).change).toBe("taken");
  expect(cell("campaigns:edit", taken).change).toBe("taken");
});

test("locks permissions that the editor doesn't have or that imply one", () => {
  const given = input([], { ceiling: createCeiling(["campaigns:view", "campaigns:edit"]) });
  expect(cell("people:view", given).lacks?.permission).toBe("people:view");
  expect(cell("campaigns:approve", given).lacks?.permission).toBe("campaigns:approve");
  expect(cell("campaigns:edit", given).lacks).toBeNull();
});

test("the group checkbox checks all unlocked permissions, or unchecks all", () => {
  const given = input(["campaigns:edit"]);
  const cells = () =>
    [...createCells(given).values()].filter(({ action: { group } }) => group === "Campaigns");
  expect(getGroupState(cells())).toBe("some");
  expect([...toggleAll(given.chosen, cells())].sort()).toEqual(["campaigns:approve", "campaigns:edit"]);
  const full = [...createCells(input(["campaigns:approve"])).values()];
  expect(getGroupState(full)).toBe("all");
  expect([...toggleAll(new Set(["campaigns:approve"]), full)]).toEqual([]);
  expect(getGroupState([...createCells(input([])).values()])).toBe("none");
});

test("the group checkbox takes away what it granted, also permissions that imply each other", () => {
  const cells = (chosen: ReadonlySet<string>) =>
    [...createCells(input([...chosen])).values()].filter(({ action: { group } }) => group === "Campaigns");
  const none = new Set<string>();
  const all = toggleAll(none, cells(none));
  expect([...all].sort()).toEqual(["campaigns:approve", "campaigns:edit", "campaigns:view"]);
  expect([...toggleAll(all, cells(all))]).toEqual([]);
});

test("searches by name, group, description and key, ignoring case and accents", () => {
  const found = (query: string) =>
    [...createCells(input([])).values()]
      .filter((one) => isFound(one, query))
      .map(({ action: a }) => a.permission);
  expect(found("CAMPAIGNS ed")).toEqual(["campaigns:edit"]);
  expect(found("people:v")).toEqual(["people:view"]);
  expect(found("to campaigns:appr")).toEqual(["campaigns:approve"]);
  expect(found(" ")).toHaveLength(4);
});

test("filters by changed, granted and sensitive", () => {
  const given = input(["campaigns:edit"], { saved: new Set(["people:view"]) });
  const shown = (which: Parameters<typeof isShown>[1]) =>
    [...createCells(given).values()]
      .filter((one) => isShown(one, which))
      .map(({ action: a }) => a.permission);
  expect(shown("changed")).toEqual(["campaigns:view", "campaigns:edit", "people:view"]);
  expect(shown("granted")).toEqual(["campaigns:view", "campaigns:edit"]);
  expect(shown("sensitive")).toEqual(["campaigns:approve"]);
});
