import { expect, test } from "vitest";
import { isListPage, mergePage } from "./merge-page.ts";

const page = (ids: string, nextCursor: string | null = null, name = "old") => ({
  etag: "",
  body: { items: [...ids].map((id) => ({ id, name })), nextCursor, total: { count: ids.length } },
});
const textOf = ({ body }: ReturnType<typeof page>) => body.items.map(({ id, name }) => `${id} ${name}`);

test("rows that stay are brought up to date where they stand", () => {
  const { page: merged, missing } = mergePage(page("abc"), page("abc", null, "new"));
  expect(textOf(merged)).toEqual(["a new", "b new", "c new"]);
  expect(missing).toBe(0);
});

test("rows that would move stay where they are", () => {
  const { page: merged, missing } = mergePage(page("abc"), page("cab", null, "new"));
  expect(textOf(merged)).toEqual(["a new", "b new", "c new"]);
  expect(missing).toBe(0);
});

test("rows that would come or go are counted and wait, with the totals that belong to them", () => {
  const { page: merged, missing } = mergePage(page("abc"), page("axcy", null, "new"));
  expect(textOf(merged)).toEqual(["a new", "b old", "c new"]);
  expect(merged.body.total).toEqual({ count: 3 });
  expect(missing).toBe(3);
});

test("on a full page a row that comes and the one that it pushes out are one change", () => {
  expect(mergePage(page("abc", "more"), page("xab", "more")).missing).toBe(1);
  expect(mergePage(page("abc", "more"), page("abd", "more")).missing).toBe(1);
});

test("only an answer with rows and a cursor is a page of a list", () => {
  expect(isListPage(page("ab"))).toBe(true);
  expect(isListPage(page(""))).toBe(true);
  for (const other of [null, [], {}, { body: null }, { body: { items: [{ id: "a" }] } }])
    expect(isListPage(other)).toBe(false);
  expect(isListPage({ body: { items: [{ permission: "x" }], nextCursor: null } })).toBe(false);
});
