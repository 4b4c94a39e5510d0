import { expect, test } from "vitest";
import { isFiltered, nextSort, parseUserSearch, toListQuery } from "./user-search.ts";

const role = "01930000-0000-7000-8000-000000000001";

test("parses every parameter of the list", () => {
  const search = { q: "in", status: "suspended", role, sort: "-lastActiveAt", after: "abc", page: "3" };
  expect(parseUserSearch(search)).toEqual({ ...search, page: 3 });
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
  const read = parseUserSearch(given);
  const set = Object.entries(read).filter(([, value]) => value !== undefined);
  expect(set).toEqual("after" in given ? [["after", "abc"]] : []);
});

test("names every parameter, so that the router drops the rest", () => {
  expect(Object.keys(parseUserSearch({ evil: "1" })).sort()).toEqual([
    "after",
    "page",
    "q",
    "role",
    "sort",
    "status",
    "twoFactor",
  ]);
});

test("search, status and role count as filters; the order does not", () => {
  expect(isFiltered({ sort: "-name", after: "abc" })).toBe(false);
  expect(isFiltered({ q: "in" })).toBe(true);
  expect(isFiltered({ status: "active" })).toBe(true);
  expect(isFiltered({ role })).toBe(true);
});

test("the API query sorts by name, 50 per page, without unset parameters", () => {
  expect(toListQuery({})).toEqual({ limit: "50", sort: "name" });
  expect(toListQuery({ q: "in", status: "active", role, sort: "-name", after: "abc", page: 2 })).toEqual({
    limit: "50",
    sort: "-name",
    query: "in",
    status: "active",
    role,
    cursor: "abc",
  });
});

test("a click on a column header reverses the order or starts with the default", () => {
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("-name", "name")).toBe("name");
  expect(nextSort("lastActiveAt", "name")).toBe("name");
  expect(nextSort("name", "lastActiveAt")).toBe("-lastActiveAt");
  expect(nextSort("-lastActiveAt", "lastActiveAt")).toBe("lastActiveAt");
});
