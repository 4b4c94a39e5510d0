import { setupI18n } from "@lingui/core";
import { expect, test } from "vitest";
import { createEvent } from "../../../test/fixtures.ts";
import { messages } from "../../messages/tr/words.po";
import { toRows } from "./use-csv-export.ts";

const turkish = setupI18n({ locale: "tr", messages: { tr: messages } });
const event = {
  ...createEvent("Elif Demirci"),
  at: new Date(2026, 2, 2, 9, 5, 7).toISOString(),
  ip: "203.0.113.9",
  hash: "abc",
};
const readRows = (changes: (typeof event)["changes"]) =>
  toRows({ ...event, changes }, turkish, (name) => `«${name}»`);

test("each change has a row with a column for each fact, in words of the reader", () => {
  expect(
    readRows([
      { field: "status", before: "active", after: "suspended" },
      { field: "permissions", before: null, after: ["campaigns:edit"] },
    ]),
  ).toEqual([
    [
      1,
      "2026-03-02 09:05:07",
      "Elif Demirci",
      "Rol düzenlendi",
      "Rol",
      "Marketer",
      "Durum",
      "Etkin",
      "Askıda",
      "203.0.113.9",
      null,
      null,
      "abc",
    ],
    [
      1,
      "2026-03-02 09:05:07",
      "Elif Demirci",
      "Rol düzenlendi",
      "Rol",
      "Marketer",
      "İzinler",
      null,
      "«campaigns:edit»",
      "203.0.113.9",
      null,
      null,
      "abc",
    ],
  ]);
});

test("an event without changes has one row of the same width", () => {
  const [row, ...others] = readRows([]);
  expect(row).toHaveLength(13);
  expect(others).toEqual([]);
});
