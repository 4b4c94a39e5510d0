/** The steps of `npm test`, in order: cheap ones first. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureNode } from "../launcher/capture.mjs";
import { preparePanel } from "../launcher/panel.mjs";
import { root } from "../launcher/paths.mjs";
import { findChromium } from "./find-chromium.mjs";
import { findNginx } from "./find-nginx.mjs";
import { startPostgres } from "./postgres.mjs";
import { tallyOf } from "./tally.mjs";

/**
 * @typedef {{ tally: import("./tally.mjs").Tally, output: string }} Outcome
 * @typedef {{ name: string, title: string, run: (files: readonly string[]) => Promise<Outcome> }} Step
 *   `files` are the test files to run; none for all
 */

const generateTables = "packages/server/src/database/generate-tables.ts";

/** @type {readonly Step[]} */
export const steps = [
  check(
    "biome",
    "format, lint, boundaries",
    "node_modules/@biomejs/biome/bin/biome",
    "ci",
    "--error-on-warnings",
    process.stdout.isTTY ? "--colors=force" : "--colors=off",
  ),
  check("rules", "the lint rules refuse what they should", "scripts/lint/check-rules.mjs"),
  check("types", "TypeScript", "node_modules/typescript/bin/tsc", "-b"),
  check("unused", "files, exports and dependencies", "node_modules/knip/bin/knip.js"),
  check("messages", "both languages are complete", "scripts/testing/check-messages.mjs"),
  check(
    "tables",
    "table types fit the migrations",
    "--conditions=gatehouse-source",
    generateTables,
    "--check",
  ),
  check(
    "reference",
    "the SDK reference fits the docstrings",
    "--conditions=gatehouse-source",
    "scripts/reference/write-reference.mjs",
    "--check",
  ),
  { name: "panel", title: "the panel's build", run: buildPanel },
  check("sizes", "what a page loads", "scripts/testing/check-sizes.mjs"),
  tests("unit", "unit tests"),
  tests("unit-panel", "unit tests of the panel"),
  tests("integration-postgres", "on PostgreSQL", async () => {
    process.env["NGINX"] = await findNginx();
    await postgres();
  }),
  tests("integration-embedded", "on the embedded database"),
  tests("browser", "in Chromium", async () => {
    process.env["CHROMIUM"] = await findChromium();
    await postgres();
  }),
];

/** What the programs get to see: colours where a person looks on. */
function environment() {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  return { ...env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) };
}

/**
 * A program that says yes or no.
 * @param {string} name
 * @param {string} title
 * @param {readonly string[]} args for Node: its own options, the script and the script's arguments
 * @returns {Step}
 */
function check(name, title, ...args) {
  return {
    name,
    title,
    run: async () => {
      const { code, output } = await captureNode(process.execPath, args, { cwd: root, env: environment() });
      return { tally: code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }, output };
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
function tests(name, title, prepare = async () => {}) {
  return {
    name,
    title,
    run: async (files) => {
      await prepare();
      const folder = mkdtempSync(join(tmpdir(), "gatehouse-tests-"));
      const report = join(folder, "report.json");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const args = [
        join(root, "node_modules/vitest/vitest.mjs"),
        "run",
        "--project",
        name,
        ...reporters,
        ...files,
      ];
      const { code, output } = await captureNode(process.execPath, args, { cwd: root, env: environment() });
      const tally = tallyOf(read(report), code);
      rmSync(folder, { recursive: true });
      return { tally, output };
    },
  };
}

/** @param {string} file */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null; // vitest broke off before it wrote one
  }
}

/** One server for all the steps that need one; its guard ends it with this process. */
async function postgres() {
  process.env["GATEHOUSE_TEST_POSTGRES_URL"] ??= (await startPostgres()).url;
}

/** @returns {Promise<Outcome>} */
async function buildPanel() {
  await preparePanel(process.execPath);
  return { tally: { passed: 1, failed: 0 }, output: "" };
}
