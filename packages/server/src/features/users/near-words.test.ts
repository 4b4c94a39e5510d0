import { expect, test } from "vitest";
import { findNearSearch } from "./near-words.ts";

const key = "benjamin clarke\nbenjamin.clarke@lodos.example";

test.each([
  ["bejnamin", ["benjamin"], 1],
  ["benjmin", ["benjamin"], 1],
  ["bennjamin", ["benjamin"], 1],
  ["penjanin", ["benjamin"], 2],
  ["bemja", ["benjamin"], 1],
  ["clakre", ["clarke"], 1],
  ["bejnamin clrake", ["benjamin", "clarke"], 2],
  ["benjamin clrake", ["benjamin", "clarke"], 1],
  ["lodso", ["lodos"], 1],
  ["bejnamin.clarke@lodos.example", ["benjamin.clarke@lodos.example"], 1],
] as const)("%s is near %s", (query, words, distance) => {
  expect(findNearSearch(query.split(" "), key)).toEqual({ words, distance });
});

test.each(["bem", "clxxkx", "xlrkze", "pemjanin", "benjamin smith", "zq"])("%s is near nothing", (query) => {
  expect(findNearSearch(query.split(" "), key)).toBeNull();
});
