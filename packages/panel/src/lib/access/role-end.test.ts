import { expect, test } from "vitest";
import { isCompleteEnd, noEnd, toInstant } from "./role-end.tsx";

const now = new Date(2027, 4, 3, 12, 0, 0);

test("days count from the start, and a date includes its last moment in local time", () => {
  expect(toInstant(noEnd, now)).toBeNull();
  expect(toInstant({ kind: "days", days: 7 }, now)).toBe(new Date(2027, 4, 10, 12).toISOString());
  expect(toInstant({ kind: "date", date: "2027-05-03" }, now)).toBe(
    new Date(2027, 4, 3, 23, 59, 59, 999).toISOString(),
  );
});

test.for<[string, boolean]>([
  ["2027-05-03", true],
  ["2027-05-02", false],
  ["", false],
  ["2027-13-01", false],
])("the date %j can be used: %s", ([date, isComplete]) => {
  expect(isCompleteEnd({ kind: "date", date }, now)).toBe(isComplete);
});
