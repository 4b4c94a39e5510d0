import { expect, test } from "vitest";
import { tallyOf, total } from "./tally.mjs";

const nothing = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
};
const loaded = { status: "passed", assertionResults: [{ status: "passed" }] };
const failing = { status: "failed", assertionResults: [{ status: "failed" }] };
const unloadable = { status: "failed", assertionResults: [] };

test.each([
  ["all passed", { ...nothing, numPassedTests: 3, testResults: [loaded] }, 0, 3, 0],
  ["one failed", { ...nothing, numPassedTests: 2, numFailedTests: 1, testResults: [failing] }, 1, 2, 1],
  ["a skipped test counts as failed", { ...nothing, numPassedTests: 2, numPendingTests: 1 }, 0, 2, 1],
  ["so does a test that is yet to be written", { ...nothing, numPassedTests: 2, numTodoTests: 1 }, 0, 2, 1],
  [
    "so does a file that can't be loaded",
    { ...nothing, numPassedTests: 2, testResults: [loaded, unloadable] },
    1,
    2,
    1,
  ],
  [
    "so does an error outside of all tests",
    { ...nothing, numPassedTests: 2, testResults: [loaded] },
    1,
    2,
    1,
  ],
  ["so does a run that found nothing", nothing, 0, 0, 1],
  ["so does a run that broke off", null, 134, 0, 1],
])("%s", (_, report, exitCode, passed, failed) => {
  expect(tallyOf(report, exitCode)).toEqual({ passed, failed });
});

test("the total is the sum of both", () => {
  const tallies = [
    { passed: 1, failed: 0 },
    { passed: 40, failed: 2 },
  ];

  expect(total(tallies)).toEqual({ passed: 41, failed: 2 });
});
