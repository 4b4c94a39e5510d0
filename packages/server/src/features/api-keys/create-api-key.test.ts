import { expect, test } from "vitest";
import { yearAfter } from "./create-api-key.ts";

test("a year later is the same day of the next year, and the day after for one that it doesn't have", () => {
  expect(yearAfter(new Date("2026-11-28T23:59:59Z")).toISOString()).toBe("2027-11-28T23:59:59.000Z");
  expect(yearAfter(new Date("2028-02-29T10:00:00Z")).toISOString()).toBe("2029-03-01T10:00:00.000Z");
});
