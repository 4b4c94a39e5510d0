import { expect, test } from "vitest";
import * as z from "zod/mini";
import { cappedTotal, cursorText, cutPage, decodeCursor, encodeCursor, maxCounted } from "./pagination.ts";

const keys = z.strictObject({ name: cursorText, id: z.uuid() });
const row = { name: "ayse \u0131\u4f1f", id: "01912345-6789-7abc-8def-0123456789ab" };

test("a cursor decodes to the keys that it was made of", () => {
  expect(decodeCursor(keys, encodeCursor(row))).toEqual(row);
  expect(decodeCursor(keys, undefined)).toBeNull();
});

test.each([
  ["an empty text", ""],
  ["no base64", "!!"],
  ["no JSON", Buffer.from("{").toString("base64url")],
  ["keys of another list", encodeCursor({ sequence: 4 })],
  ["an extra key", encodeCursor({ ...row, organizationId: row.id })],
  ["an id that is none", encodeCursor({ ...row, id: "1 OR 1=1" })],
  ["a NUL", encodeCursor({ ...row, name: "a\u0000" })],
  ["a lone surrogate", encodeCursor({ ...row, name: "a\ud800" })],
  ["padding that was added", `${encodeCursor(row)}=`],
  ["white space inside", `${encodeCursor(row).slice(0, 4)} ${encodeCursor(row).slice(4)}`],
])("a cursor with %s is rejected", (_, cursor) => {
  expect(() => decodeCursor(keys, cursor)).toThrow(expect.objectContaining({ code: "request/cursor" }));
});

test("a page has a next cursor only when there is another row", () => {
  const rows = [{ id: 1 }, { id: 2 }, { id: 3 }];

  expect(cutPage(rows, 2, (last) => last.id)).toEqual({
    items: rows.slice(0, 2),
    nextCursor: encodeCursor(2),
  });
  expect(cutPage(rows, 3, (last) => last.id)).toEqual({ items: rows, nextCursor: null });
  expect(cutPage([], 3, () => 0)).toEqual({ items: [], nextCursor: null });
});

test("a total is exact up to the cap and a lower bound beyond", () => {
  expect(cappedTotal(maxCounted)).toEqual({ count: 10_000, exact: true });
  expect(cappedTotal(maxCounted + 1)).toEqual({ count: 10_000, exact: false });
});
