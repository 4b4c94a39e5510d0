import { expect, test } from "vitest";
import { isFiltered, parseAuditSearch, toDay, toFilterQuery, toListQuery } from "./audit-search.ts";

const id = "01912345-6789-7abc-8def-0123456789ab";
const today = new Date(2026, 10, 24, 15, 30);

test("parses valid parameters and drops invalid ones", () => {
  const search = { by: id, about: id, action: "users.", from: "2026-11-01", to: "2026-11-03" };
  expect(parseAuditSearch(search)).toMatchObject(search);
  const nonsense = { by: "me", about: 3, action: "Users", from: "2026-13-01", to: "yesterday", days: "2" };
  expect(isFiltered(parseAuditSearch(nonsense))).toBe(false);
});

test("`days` takes precedence over `from` and `to`", () => {
  const read = parseAuditSearch({ days: 7, from: "2026-11-01" });
  expect(read).toMatchObject({ days: 7 });
  expect(read.from).toBeUndefined();
});

test("days start and end in the reader's time zone", () => {
  expect(toFilterQuery({ from: "2026-11-01", to: "2026-11-03" }, today)).toEqual({
    from: new Date(2026, 10, 1).toISOString(),
    to: new Date(2026, 10, 4).toISOString(),
  });
  expect(toFilterQuery({ days: 1 }, today)).toEqual({ from: new Date(2026, 10, 24).toISOString() });
  expect(toFilterQuery({ days: 7 }, today)).toEqual({ from: new Date(2026, 10, 18).toISOString() });
  expect(toFilterQuery({ from: "0050-01-01" }, today).from).toMatch(/^00(?:49-12-31|50-01-01)/);
  expect(toDay(today)).toBe("2026-11-24");
});

test("the API query has the filters and the page", () => {
  expect(toListQuery({ by: id, action: "roles.", after: "next" }, today)).toEqual({
    limit: "50",
    actor: id,
    action: "roles.",
    cursor: "next",
  });
});

test("bulk changes are one entry, but not in a search for a name, a target or an action", () => {
  expect(toListQuery({ by: id, days: 7 }, today)).toMatchObject({ grouped: "true", actor: id });
  for (const search of [{ q: "isil" }, { about: id }, { action: "users." }])
    expect(toListQuery(search, today)).not.toHaveProperty("grouped");
  expect(toFilterQuery({ q: "isil" }, today)).toEqual({ query: "isil" });
});
