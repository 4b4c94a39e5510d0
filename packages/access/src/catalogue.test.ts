import { expect, test } from "vitest";
import { always, anyCatalogue } from "../test/arbitraries.ts";
import { parseCatalogue, restoreCatalogue, serialiseCatalogue } from "./catalogue.ts";
import { definePermissions } from "./define.ts";
import { ownCatalogue, withOwnGroups } from "./own-groups.ts";

const campaigns = {
  campaigns: {
    label: "Campaigns",
    description: "Messages to many",
    actions: {
      view: {},
      edit: { label: "Change", implies: ["view"] },
      "approve-all": { description: "Let them out", implies: ["campaigns:edit"], sensitive: true },
    },
  },
  people: { label: "People", actions: { "view-personal-data": { implies: ["campaigns:view"] } } },
} as const;

test("names and positions follow the order of declaration", () => {
  const catalogue = definePermissions(campaigns);

  expect(catalogue.permissions).toEqual([
    "campaigns:view",
    "campaigns:edit",
    "campaigns:approve-all",
    "people:view-personal-data",
  ]);
  expect([...catalogue.positions.values()]).toEqual([0, 1, 2, 3]);
});

test("every default is filled in: labels in words, full names in implies, not sensitive", () => {
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
          description: "Let them out",
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

test("names that every object has are names like others", () => {
  const catalogue = parseCatalogue({
    constructor: { label: "Builders", actions: { "to-string": {}, constructor: { implies: ["to-string"] } } },
  });

  expect(catalogue.permissions).toEqual(["constructor:to-string", "constructor:constructor"]);
  expect(catalogue.positions.get("toString")).toBeUndefined();
});

test("a panel may declare nothing yet", () => {
  expect(definePermissions({}).permissions).toEqual([]);
  expect(parseCatalogue([]).permissions).toEqual([]);
});

test("what is serialised reads back the same, for any catalogue", () => {
  always(anyCatalogue, (catalogue) => {
    expect(parseCatalogue(JSON.parse(serialiseCatalogue(catalogue)))).toEqual(catalogue);
  });
});

test("the order of declaration survives storage that sorts the keys of objects", () => {
  const catalogue = definePermissions(campaigns);

  const stored = sortKeys(JSON.parse(serialiseCatalogue(catalogue)));

  expect(parseCatalogue(stored).permissions).toEqual(catalogue.permissions);
});

test("Gatehouse's own groups are not serialised with a panel's", () => {
  const catalogue = definePermissions(campaigns);

  expect(serialiseCatalogue(withOwnGroups(catalogue))).toBe(serialiseCatalogue(catalogue));
});

test("a browser restores the whole catalogue from its definition", () => {
  const whole = withOwnGroups(definePermissions(campaigns));

  expect(restoreCatalogue(JSON.parse(JSON.stringify(whole.definition)))).toEqual(whole);
  expect(restoreCatalogue(ownCatalogue.definition)).toEqual(ownCatalogue);
});

/** What PostgreSQL's `jsonb` does to a document, exaggerated. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([key, inner]: [string, unknown]) => [key, sortKeys(inner)] as const,
  );
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? 1 : -1)));
}
