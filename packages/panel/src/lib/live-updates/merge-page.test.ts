import { expect, test } from "vitest";
import { isListPage, mergePage } from "./merge-page.ts";

const page = (ids: string, nextCursor: string | null = null, name = "old") => ({
  etag: "",
  body: { items: [...ids].map((id) => ({ id, name })), nextCursor, total: { count: ids.length } },
});
const textOf = ({ body }: ReturnType<typeof page>) => body.items.map(({ id, name }) => `${id} ${name}`);

test("updates existing rows in place", () => {
  const { page: merged, pendingCount } = mergePage(page("abc"), page("abc", null, "new"));
  expect(textOf(merged)).toEqual(["a new", "b new", "c new"]);
  expect(pendingCount).toBe(0);
});

test("keeps the order of the displayed rows", () => {
  const { page: merged, pendingCount } = mergePage(page("abc"), page("cab", null, "new"));
  expect(textOf(merged)).toEqual(["a new", "b new", "c new"]);
  expect(pendingCount).toBe(0);
});

test("counts inserted and removed rows, and keeps the displayed totals", () => {
  const { page: merged, pendingCount } = mergePage(page("abc"), page("axcy", null, "new"));
  expect(textOf(merged)).toEqual(["a new", "b old", "c new"]);
  expect(merged.body.total).toEqual({ count: 3 });
  expect(pendingCount).toBe(3);
});

test("counts an inserted row and the row that it pushes out as one change", () => {
  expect(mergePage(page("abc", "more"), page("xab", "more")).pendingCount).toBe(1);
  expect(mergePage(page("abc", "more"), page("abd", "more")).pendingCount).toBe(1);
});

test("recognizes only responses with rows and a cursor as list pages", () => {
  expect(isListPage(page("ab"))).toBe(true);
  expect(isListPage(page(""))).toBe(true);
  for (const other of [null, [], {}, { body: null }, { body: { items: [{ id: "a" }] } }])
    expect(isListPage(other)).toBe(false);
  expect(isListPage({ body: { items: [{ permission: "x" }], nextCursor: null } })).toBe(false);
});
