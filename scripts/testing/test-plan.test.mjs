import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { formatDurations, groupSteps, parseArguments, planSteps, runLimited } from "./test-plan.mjs";

/** @param {string} name @param {boolean} isConcurrent @returns {import("./test-plan.mjs").Step} */
const createStep = (name, isConcurrent = false) => ({
  name,
  title: name,
  isConcurrent,
  run: async () => ({ counts: { passed: 1, failed: 0 }, output: "" }),
});
const steps = [
  createStep("biome", true),
  createStep("types", true),
  createStep("panel"),
  createStep("unit"),
  createStep("unit-panel"),
];
const findFiles = (/** @type {readonly string[]} */ filters) =>
  new Map(
    filters.includes("features/users") ? [["unit", ["packages/server/src/features/users/a.test.ts"]]] : [],
  );
const plan = (/** @type {string[]} */ ...args) =>
  planSteps(steps, args, findFiles).map(({ step, files }) => [step.name, ...files]);

test("separates --all from the names of steps and paths", () => {
  expect(parseArguments([])).toEqual({ isFullRun: false, filters: [] });
  expect(parseArguments(["--all"])).toEqual({ isFullRun: true, filters: [] });
  expect(parseArguments(["unit", "--all"])).toEqual({ isFullRun: true, filters: ["unit"] });
});

test("plans every step without arguments, and a named step with its variants", () => {
  expect(plan().flat()).toEqual(["biome", "types", "panel", "unit", "unit-panel"]);
  expect(plan("unit")).toEqual([["unit"], ["unit-panel"]]);
  expect(plan("types", "panel")).toEqual([["types"], ["panel"]]);
});

test("plans a step of the full run only there, or by its name", () => {
  const withInstalled = [...steps, { ...createStep("installed"), isOnlyInFullRun: true }];
  const names = (/** @type {string[]} */ args, /** @type {boolean} */ isFullRun) =>
    planSteps(withInstalled, args, findFiles, isFullRun).map(({ step }) => step.name);
  expect(names([], false)).not.toContain("installed");
  expect(names([], true)).toContain("installed");
  expect(names(["installed"], false)).toEqual(["installed"]);
});

test("plans the steps that run the test files of a path", () => {
  expect(plan("features/users")).toEqual([["unit", "packages/server/src/features/users/a.test.ts"]]);
  expect(plan("no-such-path")).toEqual([]);
});

test("groups adjacent steps that can run at the same time", () => {
  const groups = groupSteps(planSteps(steps, [], findFiles));

  expect(groups.map((group) => group.map(({ step }) => step.name))).toEqual([
    ["biome", "types"],
    ["panel"],
    ["unit"],
    ["unit-panel"],
  ]);
});

test("runs at most two tasks at a time and returns the results in order", async () => {
  let running = 0;
  let maxRunning = 0;
  const results = await runLimited([3, 1, 2, 0], 2, async (turns) => {
    running += 1;
    maxRunning = Math.max(maxRunning, running);
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    running -= 1;
    return turns * 10;
  });

  expect(results).toEqual([30, 10, 20, 0]);
  expect(maxRunning).toBe(2);
});

test("prints the total and the duration of each step, the slowest first", () => {
  const durations = [
    { name: "biome", seconds: 12.34 },
    { name: "browser", seconds: 359.6 },
  ];

  expect(formatDurations(durations, 370)).toBe("Total 6 min 10 s: browser 6 min 0 s, biome 12.3 s");
});
