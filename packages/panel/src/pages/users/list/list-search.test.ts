import { expect, test } from "vitest";
import { isFiltered, listQuery, nextSort, readListSearch } from "./list-search.ts";

const role = "01930000-0000-7000-8000-000000000001";

test("reads everything that shapes the list", () => {
  const search = { q: "in", status: "suspended", role, sort: "-lastActiveAt", after: "abc", page: "3" };
  expect(readListSearch(search)).toEqual({ ...search, page: 3 });
});

test.each([
  { status: "gone" },
  { role: "owner" },
  { sort: "email" },
  { q: "  " },
  { q: ["in"] },
  { page: "3" },
  { after: "abc", page: "-1" },
  { after: "abc", page: "1e99" },
])("drops what makes no sense: %o", (given) => {
  const read = readListSearch(given);
  const set = Object.entries(read).filter(([, value]) => value !== undefined);
  expect(set).toEqual("after" in given ? [["after", "abc"]] : []);
});

test("names every parameter, so that the router drops the rest", () => {
  expect(Object.keys(readListSearch({ evil: "1" })).sort()).toEqual([
    "after",
    "page",
    "q",
    "role",
    "sort",
    "status",
  ]);
});

test("a list is filtered by search, status or role, not by its order", () => {
  expect(isFiltered({ sort: "-name", after: "abc" })).toBe(false);
  expect(isFiltered({ q: "in" })).toBe(true);
  expect(isFiltered({ status: "active" })).toBe(true);
  expect(isFiltered({ role })).toBe(true);
});

test("asks the API by name, fifty at a time, and leaves out what is not set", () => {
  expect(listQuery({})).toEqual({ limit: "50", sort: "name" });
  expect(listQuery({ q: "in", status: "active", role, sort: "-name", after: "abc", page: 2 })).toEqual({
    limit: "50",
    sort: "-name",
    query: "in",
    status: "active",
    role,
    cursor: "abc",
  });
});

test("a press on a head turns its order round, or starts with the one most wanted", () => {
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("-name", "name")).toBe("name");
  expect(nextSort("lastActiveAt", "name")).toBe("name");
  expect(nextSort("name", "lastActiveAt")).toBe("-lastActiveAt");
  expect(nextSort("-lastActiveAt", "lastActiveAt")).toBe("lastActiveAt");
});
