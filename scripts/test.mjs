/**
 * What `npm test` runs once everything is in place: every check, each with one line, and all that a failing one printed.
 * Goes on after a failure, so that one run shows all there is. `npm test -- unit` runs one step, `npm test -- features/users`
 * the tests whose path contains that.
 */
import { root } from "./launcher/paths.mjs";
import { Stop } from "./launcher/stop.mjs";
import { steps } from "./testing/steps.mjs";
import { total } from "./testing/tally.mjs";
import { testFiles } from "./testing/test-files.mjs";

/** @typedef {{ step: import("./testing/steps.mjs").Step, files: readonly string[] }} Planned */

/**
 * @param {readonly string[]} args
 * @returns {Planned[]}
 */
function plan(args) {
  if (args.length === 0) return steps.map((step) => ({ step, files: [] }));
  const named = steps.filter(({ name }) => args.some((arg) => name === arg || name.startsWith(`${arg}-`)));
  if (named.length > 0) return named.map((step) => ({ step, files: [] }));
  const found = testFiles(root, args);
  return steps.flatMap((step) => {
    const files = found.get(step.name);
    return files === undefined ? [] : [{ step, files }];
  });
}

/**
 * @param {Planned} planned
 * @returns {Promise<import("./testing/tally.mjs").Tally>}
 */
async function run({ step, files }) {
  const startedAt = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`… ${step.name}`);
  const { tally, output } = await step.run(files).catch((error) => ({
    tally: { passed: 0, failed: 1 },
    output: error instanceof Stop ? `${error.output}\n${error.message}` : String(error.stack),
  }));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const counts =
    tally.failed === 0 ? `${tally.passed} passed` : `${tally.passed} passed, ${tally.failed} failed`;
  const mark = tally.failed === 0 ? "✓" : "✗";
  const start = process.stdout.isTTY ? "\r\u001b[K" : "";
  console.log(
    `${start}${mark} ${step.name.padEnd(21)}${step.title.padEnd(40)}${counts.padEnd(24)}${seconds} s`,
  );
  if (tally.failed > 0) console.log(`\n${output.trim()}\n`);
  return tally;
}

const planned = plan(process.argv.slice(2));
if (planned.length === 0) {
  console.error(
    `No step and no test file is called that. Steps: ${steps.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}
const tallies = [];
for (const one of planned) tallies.push(await run(one));
const { passed, failed } = total(tallies);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
