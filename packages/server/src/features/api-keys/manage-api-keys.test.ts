import { expect, test } from "vitest";
import { addOneYear } from "./manage-api-keys.ts";

test("adds one year, and moves 29 February to 1 March", () => {
  expect(addOneYear(new Date("2026-11-28T23:59:59Z")).toISOString()).toBe("2027-11-28T23:59:59.000Z");
  expect(addOneYear(new Date("2028-02-29T10:00:00Z")).toISOString()).toBe("2029-03-01T10:00:00.000Z");
});
