import { expect, test } from "vitest";
import {
  boxOf,
  cellsOf,
  isFound,
  isOpen,
  isShown,
  type MatrixInput,
  readCatalogue,
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
const catalogue = readCatalogue([
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
]);
const everything = new Set(catalogue.actions.keys());
const input = (chosen: readonly string[], more: Partial<MatrixInput> = {}): MatrixInput => ({
  catalogue,
  saved: new Set(chosen),
  chosen: new Set(chosen),
  held: everything,
  ...more,
});
const cell = (permission: string, given: MatrixInput) => {
  const found = cellsOf(given).get(permission);
  if (found === undefined) throw new Error(permission);
  return found;
};

test("what a chosen permission brings is implied, names it, and can't be unticked alone", () => {
  const given = input(["campaigns:approve"]);
  expect(cell("people:view", given)).toMatchObject({
    state: "implied",
    via: { permission: "campaigns:approve" },
  });
  expect(cell("campaigns:view", given).state).toBe("implied");
  expect(isOpen(cell("campaigns:view", given))).toBe(false);
  expect(toggle(given.chosen, cell("campaigns:view", given))).toBe(given.chosen);
});

test("a press chooses and takes back", () => {
  const given = input([]);
  const chosen = toggle(given.chosen, cell("campaigns:edit", given));
  expect([...chosen]).toEqual(["campaigns:edit"]);
  expect([...toggle(chosen, cell("campaigns:edit", input(["campaigns:edit"])))]).toEqual([]);
});

test("changes are counted by what the role gives, not by what was pressed", () => {
  const given = input(["campaigns:view", "campaigns:edit"], { saved: new Set(["campaigns:edit"]) });
  expect(cell("campaigns:view", given).change).toBeNull();
  const taken = input([], { saved: new Set(["campaigns:edit"]) });
  expect(cell("campaigns:view", taken).change).toBe("taken");
  expect(cell("campaigns:edit", taken).change).toBe("taken");
});

test("a permission is locked that the editor doesn't hold, or that brings one", () => {
  const held = new Set(["campaigns:view", "campaigns:edit", "campaigns:approve"]);
  expect(cell("people:view", input([], { held })).lacks?.permission).toBe("people:view");
  expect(cell("campaigns:approve", input([], { held })).lacks?.permission).toBe("people:view");
  expect(cell("campaigns:edit", input([], { held })).lacks).toBeNull();
});

test("the box of a group fills what is open, and empties a full one", () => {
  const given = input(["campaigns:edit"]);
  const cells = () => [...cellsOf(given).values()].filter(({ action: { group } }) => group === "Campaigns");
  expect(boxOf(cells())).toBe("some");
  expect([...toggleAll(given.chosen, cells())].sort()).toEqual(["campaigns:approve", "campaigns:edit"]);
  const full = [...cellsOf(input(["campaigns:approve"])).values()];
  expect(boxOf(full)).toBe("all");
  expect([...toggleAll(new Set(["campaigns:approve"]), full)]).toEqual([]);
  expect(boxOf([...cellsOf(input([])).values()])).toBe("none");
});

test("cells are found by name, group, description and key, in any case and accent", () => {
  const found = (query: string) =>
    [...cellsOf(input([])).values()]
      .filter((one) => isFound(one, query))
      .map(({ action: a }) => a.permission);
  expect(found("CAMPAIGNS ed")).toEqual(["campaigns:edit"]);
  expect(found("people:v")).toEqual(["people:view"]);
  expect(found("to campaigns:appr")).toEqual(["campaigns:approve"]);
  expect(found(" ")).toHaveLength(4);
});

test("chips narrow to what changed, what is granted, what is sensitive", () => {
  const given = input(["campaigns:edit"], { saved: new Set(["people:view"]) });
  const shown = (which: Parameters<typeof isShown>[1]) =>
    [...cellsOf(given).values()].filter((one) => isShown(one, which)).map(({ action: a }) => a.permission);
  expect(shown("changed")).toEqual(["campaigns:view", "campaigns:edit", "people:view"]);
  expect(shown("granted")).toEqual(["campaigns:view", "campaigns:edit"]);
  expect(shown("sensitive")).toEqual(["campaigns:approve"]);
});
