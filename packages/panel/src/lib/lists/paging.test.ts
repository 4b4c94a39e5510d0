import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as english } from "../../messages/en/shell.po";
import { messages as turkish } from "../../messages/tr/shell.po";
import { formatHeaderCount, formatPageRange } from "./paging.ts";

const en = setupI18n({ locale: "en", messages: { en: english } });
const tr = setupI18n({ locale: "tr", messages: { tr: turkish } });
const all = { count: 3418, exact: true };
const found = { count: 1204, exact: true };
const many = { count: 10_000, exact: false };

test("formats the header count with and without a filter", () => {
  expect(formatHeaderCount(all, all, false, en)).toBe("3,418");
  expect(formatHeaderCount(found, all, true, en)).toBe("1,204 of 3,418");
  expect(formatHeaderCount(found, all, true, tr)).toBe("1.204 / 3.418");
  expect(formatHeaderCount(found, null, true, en)).toBe("1,204");
  expect(formatHeaderCount(many, many, false, en)).toBe("10,000+");
});

test("formats the range of a page, where its number is known", () => {
  expect(formatPageRange(1, 50, found, en)).toBe("1–50 of 1,204");
  expect(formatPageRange(25, 4, found, en)).toBe("1,201–1,204 of 1,204");
  expect(formatPageRange(null, 50, found, en)).toBe("1,204 in all");
});
