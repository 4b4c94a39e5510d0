/** The steps of `npm test`, in order: cheap ones first. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePanel } from "../launcher/build-pages.mjs";
import { prepareBench } from "../launcher/dependencies.mjs";
import { withFileLock } from "../launcher/file-lock.mjs";
import { cacheFolder, root } from "../launcher/paths.mjs";
import { runNodeCaptured } from "../launcher/run-captured.mjs";
import { findChromium, findNginx } from "./find-programs.mjs";
import { startPostgres } from "./postgres.mjs";
import { countTests } from "./test-counts.mjs";

/**
 * @typedef {{ counts: import("./test-counts.mjs").TestCounts, output: string }} Outcome
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title
 * @property {boolean} [isOnlyInFullRun] whether `npm test` without arguments leaves it out
 * @property {boolean} isConcurrent whether it can run at the same time as the steps beside it
 * @property {(files: readonly string[]) => Promise<Outcome>} run with the test files to run; without any, it runs all
 */

const biome = [
  "node_modules/@biomejs/biome/bin/biome",
  "ci",
  "--error-on-warnings",
  process.stdout.isTTY ? "--colors=force" : "--colors=off",
];
const typeCheck = check("types", "TypeScript", "node_modules/typescript/bin/tsc", "-b");

const sizes = check("sizes", "what a page loads", "scripts/testing/check-sizes.mjs");

const gate = check(
  "bench",
  "no ratio is worse than the stored one by more than 20 %",
  "--conditions=gatehouse-source",
  "bench/bench.ts",
  "gate",
);

/** @type {readonly Step[]} */
export const steps = [
  check("biome", "format, lint", ...biome),
  check("boundaries", "which folder imports which", "scripts/lint/check-boundaries.mjs"),
  check("rules", "each lint rule reports its fixture", "scripts/lint/check-rules.mjs"),
  typeCheck,
  check("unused", "files, exports and dependencies", "node_modules/knip/bin/knip.js"),
  check("messages", "both languages are complete", "scripts/testing/check-messages.mjs"),
  check(
    "privileges",
    "privileges.txt matches the migrations",
    "--conditions=gatehouse-source",
    "packages/server/src/db/generate-privileges.ts",
    "--check",
  ),
  check(
    "reference",
    "the SDK reference and the tables of settings",
    "--conditions=gatehouse-source",
    "scripts/reference/write-reference.mjs",
    "--check",
  ),
  { name: "panel", title: "the panel's build", isConcurrent: true, run: buildPanel },
  {
    ...sizes,
    run: async (files) => {
      await preparePanel(process.execPath); // waits for the build of the step before
      return sizes.run(files);
    },
  },
  {
    ...runTests("component", "components of the panel, in Chromium", async () => {
      process.env["CHROMIUM"] = await findChromium();
    }),
    isConcurrent: true,
  },
  { ...runTests("unit", "unit tests"), isConcurrent: true },
  { ...runTests("unit-panel", "unit tests of the panel"), isConcurrent: true },
  {
    ...runTests("integration-postgres", "on PostgreSQL", async () => {
      process.env["NGINX"] = await findNginx();
      await providePostgres();
    }),
    isConcurrent: true,
  },
  { ...runTests("integration-embedded", "on the embedded database"), isConcurrent: true },
  runTests("browser", "in Chromium", async () => {
    process.env["CHROMIUM"] = await findChromium();
    await providePostgres();
  }),
  {
    ...runTests("installed", "npm packages, image, .deb, chart and proxies", async () => {
      await preparePanel(process.execPath);
      await providePostgres();
    }),
    isOnlyInFullRun: true,
  },
  {
    ...gate,
    isOnlyInFullRun: true, // it takes minutes and installs the compared packages
    isConcurrent: false,
    run: async (files) => {
      await prepareBench(process.execPath);
      return gate.run(files);
    },
  },
];

/**
 * The steps of `npm test -- --quick`. Leaves out the lint rules that need the types or the imports of the whole project:
 * they take most of the time.
 * @type {readonly Step[]}
 */
export const quickSteps = [
  check("format", "format, fast lint rules", ...biome, "--skip=project", "--skip=types"),
  typeCheck,
  { ...runTests("unit", "unit tests"), isConcurrent: true },
  { ...runTests("unit-panel", "unit tests of the panel"), isConcurrent: true },
];

/**
 * Runs integration tests on a PostgreSQL server whose data, with the migrated template, are kept between runs.
 * @type {Step}
 */
export const quickIntegration = {
  name: "integration-postgres",
  title: "changed features, on PostgreSQL",
  isConcurrent: false,
  run: (files) =>
    withFileLock(join(cacheFolder, "postgres.lock"), async () => {
      if (files.some((file) => file.includes("forward-auth"))) process.env["NGINX"] = await findNginx();
      // Where PostgreSQL's user can't read the checkout, the data can't be kept.
      const postgres = await startPostgres(join(cacheFolder, "postgres")).catch(() => startPostgres());
      process.env["GATEHOUSE_TEST_POSTGRES_URL"] = postgres.url;
      try {
        return await runVitest("integration-postgres", files);
      } finally {
        await postgres.stop();
      }
    }),
};

/** Colours only on a terminal. */
function createEnvironment() {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  return { ...env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) };
}

/**
 * A program that passes or fails as a whole.
 * @param {string} name
 * @param {string} title
 * @param {readonly string[]} args for Node: its own options, the script and the script's arguments
 * @returns {Step}
 */
function check(name, title, ...args) {
  return {
    name,
    title,
    isConcurrent: true,
    run: async () => {
      const options = { cwd: root, env: createEnvironment() };
      const { code, output } = await runNodeCaptured(process.execPath, args, options);
      return { counts: code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, output };
    },
  };
}

/**
 * A vitest project.
 * @param {string} name
 * @param {string} title
 * @param {() => Promise<void>} prepare
 * @returns {Step}
 */
function runTests(name, title, prepare = async () => {}) {
  return {
    name,
    title,
    isConcurrent: false,
    run: async (files) => {
      await prepare();
      return runVitest(name, files);
    },
  };
}

/**
 * @param {string} project
 * @param {readonly string[]} files
 * @returns {Promise<Outcome>}
 */
async function runVitest(project, files) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-tests-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--project", project, ...reporters, ...files];
  const options = { cwd: root, env: createEnvironment() };
  const { code, output } = await runNodeCaptured(process.execPath, args, options);
  const counts = countTests(readReport(report), code);
  rmSync(folder, { recursive: true });
  return { counts, output };
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null; // vitest was aborted before it wrote one
  }
}

/** One server for all steps that need one; its guard stops it when this process has ended. */
async function providePostgres() {
  process.env["GATEHOUSE_TEST_POSTGRES_URL"] ??= (await startPostgres()).url;
}

/** @returns {Promise<Outcome>} */
async function buildPanel() {
  await preparePanel(process.execPath);
  return { counts: { passed: 1, failed: 0 }, output: "" };
}
