/** Decides which steps `npm test` runs, and which of them at the same time. */

/**
 * @typedef {import("./steps.mjs").Step} Step
 * @typedef {{ step: Step, files: readonly string[] }} PlannedStep `files` are the test files to run; empty for all
 */

/**
 * Separates the option `--all` (every round of the races, every test on both engines) from the other arguments.
 * @param {readonly string[]} args
 * @returns {{ isFullRun: boolean, filters: readonly string[] }}
 */
export function parseArguments(args) {
  return { isFullRun: args.includes("--all"), filters: args.filter((arg) => arg !== "--all") };
}

/**
 * The steps for the arguments of `npm test`: names of steps, or parts of the paths of test files; without arguments all
 * steps but those of the full run.
 * @param {readonly Step[]} steps
 * @param {readonly string[]} args
 * @param {(filters: readonly string[]) => Map<string, string[]>} findFiles test files by step
 * @param {boolean} [isFullRun] whether it is `npm test -- --all`
 * @returns {PlannedStep[]} empty when nothing matches
 */
export function planSteps(steps, args, findFiles, isFullRun = false) {
  const inThisRun = steps.filter(({ isOnlyInFullRun = false }) => isFullRun || !isOnlyInFullRun);
  if (args.length === 0) return inThisRun.map((step) => ({ step, files: [] }));
  const named = steps.filter(({ name }) => args.some((arg) => name === arg || name.startsWith(`${arg}-`)));
  if (named.length > 0) return named.map((step) => ({ step, files: [] }));
  const found = findFiles(args);
  return steps.flatMap((step) => {
    const files = found.get(step.name);
    return files === undefined ? [] : [{ step, files }];
  });
}

/**
 * Groups of steps, one group after the other: adjacent steps that can run at the same time are in one group.
 * @param {readonly PlannedStep[]} planned
 * @returns {PlannedStep[][]}
 */
export function groupSteps(planned) {
  /** @type {PlannedStep[][]} */
  const groups = [];
  for (const one of planned) {
    const last = groups.at(-1);
    if (one.step.isConcurrent && last?.[0]?.step.isConcurrent) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

/**
 * Runs tasks, at most `limit` at a time, in their order.
 * @template T, R
 * @param {readonly T[]} items
 * @param {number} limit
 * @param {(item: T) => Promise<R>} run
 * @returns {Promise<R[]>} the results in the order of `items`
 */
export async function runLimited(items, limit, run) {
  /** @type {R[]} */
  const results = [];
  const queue = [...items.entries()];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      results[index] = await run(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}

/**
 * One line with the duration of each step and of the whole run.
 * @param {readonly { name: string, seconds: number }[]} steps
 * @param {number} totalSeconds less than the sum where steps ran at the same time
 */
export function formatDurations(steps, totalSeconds) {
  const slowestFirst = steps.toSorted((a, b) => b.seconds - a.seconds);
  const parts = slowestFirst.map(({ name, seconds }) => `${name} ${formatSeconds(seconds)}`);
  return `Total ${formatSeconds(totalSeconds)}: ${parts.join(", ")}`;
}

/** @param {number} seconds */
export function formatSeconds(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}
