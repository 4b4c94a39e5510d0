import { expect, test } from "vitest";
import { always, at, catalogueWithSets } from "../test/arbitraries.ts";
import { definePermissions } from "./define.ts";
import { difference } from "./difference.ts";
import { fromNames, names } from "./permission-set.ts";

const catalogue = definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } },
});

test("a change is told as gained, lost and unchanged, with what is implied", () => {
  const before = fromNames(catalogue, ["campaigns:edit"]);
  const after = fromNames(catalogue, ["campaigns:approve", "campaigns:view"]);

  expect(difference(before, after)).toEqual({
    gained: ["campaigns:approve"],
    lost: ["campaigns:edit"],
    unchanged: ["campaigns:view"],
  });
});

test("no change is all unchanged", () => {
  const set = fromNames(catalogue, ["campaigns:edit"]);

  expect(difference(set, set)).toEqual({
    gained: [],
    lost: [],
    unchanged: ["campaigns:view", "campaigns:edit"],
  });
});

test("taking back what was lost and leaving out what was gained restores the set before", () => {
  always(catalogueWithSets(2), ({ catalogue: invented, sets }) => {
    const [before, after] = [at(sets, 0), at(sets, 1)];
    const { gained, lost, unchanged } = difference(before, after);
    const inOrder = (parts: readonly string[]): readonly string[] =>
      invented.permissions.filter((permission) => parts.includes(permission));

    expect(inOrder([...unchanged, ...lost])).toEqual(names(before));
    expect(inOrder([...unchanged, ...gained])).toEqual(names(after));
    expect(new Set([...gained, ...lost, ...unchanged]).size).toBe(
      gained.length + lost.length + unchanged.length,
    );
  });
});

test("the way back gains what the way there lost", () => {
  always(catalogueWithSets(2), ({ sets }) => {
    const there = difference(at(sets, 0), at(sets, 1));
    const back = difference(at(sets, 1), at(sets, 0));
    expect(back).toEqual({ gained: there.lost, lost: there.gained, unchanged: there.unchanged });
  });
});
