/** Counts of passed and failed checks. */

/**
 * @typedef {{ passed: number, failed: number }} TestCounts
 * @typedef {{ assertionResults: { status: string }[], status: string }} FileResult
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: FileResult[] }} VitestReport output of vitest's JSON reporter
 */

/**
 * Counts the tests of a vitest run. What did not run counts as failed: a skipped test, a file that could not be loaded,
 * a run without tests or one that was aborted.
 * @param {VitestReport | null} report null when vitest wrote none
 * @param {number} exitCode
 * @returns {TestCounts}
 */
export function countTests(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1 };
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests + unloadable.length;
  return { passed, failed: failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : failed };
}

/**
 * @param {readonly TestCounts[]} counts
 * @returns {TestCounts}
 */
export function sumCounts(counts) {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  };
}
