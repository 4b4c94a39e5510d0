import { expect, test } from "vitest";
import { anyCatalogue, assertProperty } from "../../test/arbitraries.ts";
import { definePermissions } from "../permissions/define.ts";
import { ownCatalogue, withOwnGroups } from "./builtin-permissions.ts";
import { parseCatalogue, restoreCatalogue, serialiseCatalogue } from "./index.ts";

const campaigns = {
  campaigns: {
    label: "Campaigns",
    description: "Messages to many",
    actions: {
      view: {},
      edit: { label: "Change", implies: ["view"] },
      "approve-all": { description: "Approve all of them", implies: ["campaigns:edit"], sensitive: true },
    },
  },
  people: { label: "People", actions: { "view-personal-data": { implies: ["campaigns:view"] } } },
} as const;

test("names and positions are in declaration order", () => {
  const catalogue = definePermissions(campaigns);

  expect(catalogue.permissions).toEqual([
    "campaigns:view",
    "campaigns:edit",
    "campaigns:approve-all",
    "people:view-personal-data",
  ]);
  expect([...catalogue.positions.values()]).toEqual([0, 1, 2, 3]);
});

test("defaults are filled in: labels in words, full names in implies, not sensitive", () => {
  const catalogue = definePermissions(campaigns);

  expect(catalogue.definition).toEqual([
    {
      key: "campaigns",
      label: "Campaigns",
      description: "Messages to many",
      actions: [
        { permission: "campaigns:view", label: "View", sensitive: false, implies: [] },
        { permission: "campaigns:edit", label: "Change", sensitive: false, implies: ["campaigns:view"] },
        {
          permission: "campaigns:approve-all",
          label: "Approve all",
          description: "Approve all of them",
          sensitive: true,
          implies: ["campaigns:edit"],
        },
      ],
    },
    {
      key: "people",
      label: "People",
      actions: [
        {
          permission: "people:view-personal-data",
          label: "View personal data",
          sensitive: false,
          implies: ["campaigns:view"],
        },
      ],
    },
  ]);
});

test("an action is found by its full name", () => {
  const catalogue = definePermissions(campaigns);

  expect(catalogue.actions.get("campaigns:edit")?.label).toBe("Change");
  expect(catalogue.actions.get("edit")).toBeUndefined();
});

test("names of Object.prototype are ordinary names", () => {
  const catalogue = parseCatalogue({
    constructor: { label: "Builders", actions: { "to-string": {}, constructor: { implies: ["to-string"] } } },
  });

  expect(catalogue.permissions).toEqual(["constructor:to-string", "constructor:constructor"]);
  expect(catalogue.positions.get("toString")).toBeUndefined();
});

test("a catalogue may be empty", () => {
  expect(definePermissions({}).permissions).toEqual([]);
  expect(parseCatalogue([]).permissions).toEqual([]);
});

test("parsing a serialised catalogue returns an equal catalogue", () => {
  assertProperty(anyCatalogue, (catalogue) => {
    expect(parseCatalogue(JSON.parse(serialiseCatalogue(catalogue)))).toEqual(catalogue);
  });
});

test("the declaration order survives storage that sorts object keys", () => {
  const catalogue = definePermissions(campaigns);

  const stored = sortKeys(JSON.parse(serialiseCatalogue(catalogue)));

  expect(parseCatalogue(stored).permissions).toEqual(catalogue.permissions);
});

test("built-in groups are not serialised", () => {
  const catalogue = definePermissions(campaigns);

  expect(serialiseCatalogue(withOwnGroups(catalogue))).toBe(serialiseCatalogue(catalogue));
});

test("restoreCatalogue restores a complete catalogue from its definition", () => {
  const whole = withOwnGroups(definePermissions(campaigns));

  expect(restoreCatalogue(JSON.parse(JSON.stringify(whole.definition)))).toEqual(whole);
  expect(restoreCatalogue(ownCatalogue.definition)).toEqual(ownCatalogue);
});

/** Reorders object keys, as PostgreSQL's `jsonb` may. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, inner]: [string, unknown]) => [key, sortKeys(inner)] as const,
  );
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? 1 : -1)));
}
