import { expect, test } from "vitest";
import { dayOf, filterQuery, isFiltered, listQuery, readAuditSearch } from "./audit-search.ts";

const id = "01912345-6789-7abc-8def-0123456789ab";
const today = new Date(2026, 10, 24, 15, 30);

test("reads what it wrote and drops what makes no sense", () => {
  const search = { by: id, about: id, action: "users.", from: "2026-11-01", to: "2026-11-03" };
  expect(readAuditSearch(search)).toMatchObject(search);
  const nonsense = { by: "me", about: 3, action: "Users", from: "2026-13-01", to: "yesterday", days: "2" };
  expect(isFiltered(readAuditSearch(nonsense))).toBe(false);
});

test("so many days win over a first and a last one", () => {
  const read = readAuditSearch({ days: 7, from: "2026-11-01" });
  expect(read).toMatchObject({ days: 7 });
  expect(read.from).toBeUndefined();
});

test("days begin and end where the reader is", () => {
  expect(filterQuery({ from: "2026-11-01", to: "2026-11-03" }, today)).toEqual({
    from: new Date(2026, 10, 1).toISOString(),
    to: new Date(2026, 10, 4).toISOString(),
  });
  expect(filterQuery({ days: 1 }, today)).toEqual({ from: new Date(2026, 10, 24).toISOString() });
  expect(filterQuery({ days: 7 }, today)).toEqual({ from: new Date(2026, 10, 18).toISOString() });
  expect(filterQuery({ from: "0050-01-01" }, today).from).toMatch(/^00(?:49-12-31|50-01-01)/);
  expect(dayOf(today)).toBe("2026-11-24");
});

test("asks the API for a page of it", () => {
  expect(listQuery({ by: id, action: "roles.", after: "next" }, today)).toEqual({
    limit: "50",
    actor: id,
    action: "roles.",
    cursor: "next",
  });
});
