import { expect, test } from "vitest";
import { countTests, sumCounts } from "./test-counts.mjs";

const empty = {
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
  ["passed tests", { ...empty, numPassedTests: 3, testResults: [loaded] }, 0, 3, 0],
  ["a failed test", { ...empty, numPassedTests: 2, numFailedTests: 1, testResults: [failing] }, 1, 2, 1],
  ["a skipped test as failed", { ...empty, numPassedTests: 2, numPendingTests: 1 }, 0, 2, 1],
  ["a todo test as failed", { ...empty, numPassedTests: 2, numTodoTests: 1 }, 0, 2, 1],
  [
    "a file that can't be loaded as failed",
    { ...empty, numPassedTests: 2, testResults: [loaded, unloadable] },
    1,
    2,
    1,
  ],
  [
    "an error outside of all tests as failed",
    { ...empty, numPassedTests: 2, testResults: [loaded] },
    1,
    2,
    1,
  ],
  ["a run without tests as failed", empty, 0, 0, 1],
  ["an aborted run as failed", null, 134, 0, 1],
])("counts %s", (_, report, exitCode, passed, failed) => {
  expect(countTests(report, exitCode)).toEqual({ passed, failed });
});

test("sums up the counts of all steps", () => {
  const counts = [
    { passed: 1, failed: 0 },
    { passed: 40, failed: 2 },
  ];

  expect(sumCounts(counts)).toEqual({ passed: 41, failed: 2 });
});
