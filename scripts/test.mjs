/**
 * `npm test`, after the preparation: runs every check, prints one line for each and the whole output of those that fail.
 * Goes on after a failure, so that one run shows all of them. `npm test -- unit` runs one step, `npm test -- features/users`
 * the tests whose path contains that, and `npm test -- --quick` what is worth knowing after each edit. `--all` repeats races
 * and kills in full and runs every test for both engines on both.
 */
import { FatalError } from "./launcher/fatal-error.mjs";
import { root } from "./launcher/paths.mjs";
import { runCaptured } from "./launcher/run-captured.mjs";
import { provideMemoryFolder } from "./testing/memory-folder.mjs";
import { quickIntegration, quickSteps, steps } from "./testing/steps.mjs";
import { sumCounts } from "./testing/test-counts.mjs";
import { findTestFiles, listFeatureFolders } from "./testing/test-files.mjs";
import {
  formatDurations,
  formatSeconds,
  groupSteps,
  parseArguments,
  planSteps,
  runLimited,
} from "./testing/test-plan.mjs";

/** @typedef {import("./testing/test-plan.mjs").PlannedStep} PlannedStep */

/** Steps that run at the same time. */
const maxConcurrentSteps = 2;

const { isFullRun, filters } = parseArguments(process.argv.slice(2));
if (isFullRun) process.env["GATEHOUSE_TEST_ALL"] = "1"; // for vitest.config.ts and the tests
const isQuickRun = filters.includes("--quick");
if (isQuickRun) process.env["GATEHOUSE_TEST_QUICK"] = "1"; // for quick-properties.mjs
const planned = isQuickRun
  ? await planQuickRun()
  : planSteps(steps, filters, (paths) => findTestFiles(root, paths, isFullRun), isFullRun);
if (planned.length === 0) {
  console.error(
    `No step and no test file matches. Steps: ${steps.map(({ name }) => name).join(", ")}; or --quick or --all`,
  );
  process.exit(1);
}
provideMemoryFolder();
const startedAt = performance.now();
const results = [];
for (const group of groupSteps(planned)) results.push(...(await runLimited(group, maxConcurrentSteps, run)));
const { passed, failed } = sumCounts(results.map(({ counts }) => counts));
console.log(`\n${formatDurations(results, (performance.now() - startedAt) / 1000)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** @returns {Promise<PlannedStep[]>} */
async function planQuickRun() {
  const folders = listFeatureFolders(await listChangedFiles());
  const files =
    folders.length === 0 ? [] : findTestFiles(root, folders, isFullRun).get(quickIntegration.name);
  const integration = files === undefined || files.length === 0 ? [] : [{ step: quickIntegration, files }];
  return [...quickSteps.map((step) => ({ step, files: [] })), ...integration];
}

/** The files that differ from the last commit that is on the main branch, too; from HEAD where there is no remote. */
async function listChangedFiles() {
  const git = async (/** @type {string[]} */ ...gitArgs) => {
    const { code, stdout } = await runCaptured("git", gitArgs, { cwd: root });
    return code === 0 ? stdout.split("\n").filter((line) => line !== "") : [];
  };
  const [base = "HEAD"] = await git("merge-base", "HEAD", "origin/main");
  const changed = await git("diff", "--name-only", "--no-renames", base);
  return [...changed, ...(await git("ls-files", "--others", "--exclude-standard"))];
}

/** @param {PlannedStep} planned */
async function run({ step, files }) {
  const stepStartedAt = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K… ${step.name}`);
  const { counts, output } = await step.run(files).catch((error) => ({
    counts: { passed: 0, failed: 1 },
    output: error instanceof FatalError ? `${error.output}\n${error.message}` : String(error.stack),
  }));
  const seconds = (performance.now() - stepStartedAt) / 1000;
  const countsText =
    counts.failed === 0 ? `${counts.passed} passed` : `${counts.passed} passed, ${counts.failed} failed`;
  const mark = counts.failed === 0 ? "✓" : "✗";
  const lineStart = process.stdout.isTTY ? "\r\u001b[K" : "";
  console.log(
    `${lineStart}${mark} ${step.name.padEnd(21)}${step.title.padEnd(42)}${countsText.padEnd(24)}${formatSeconds(seconds)}`,
  );
  if (counts.failed > 0) console.log(`\n${output.trim()}\n`);
  return { name: step.name, seconds, counts };
}
