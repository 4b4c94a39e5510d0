/** The command lines of the guide and the README, and which test runs each of them: it reads them from there. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../launcher/paths.mjs";

const inServer = "packages/server/test/guide-commands.integration.test.ts";
const panel = "packages/server/test/guide-protect-your-panel.integration.test.ts";
const installed = (/** @type {string} */ name) => `scripts/installed/${name}.test.mjs`;

/**
 * The first that matches a command runs it.
 * @type {readonly { page: string, commands: RegExp, test: string }[]}
 */
const runners = [
  { page: "README", commands: /^npm test$/, test: ".ci/run" },
  { page: "README", commands: /^npm (?:start|run (?:demo|example|bench))$/, test: installed("checkout") },
  { page: "README", commands: /^npm run gatehouse -- /, test: inServer },
  { page: "ask-over-http", commands: /^curl /, test: inServer },
  {
    page: "backup",
    commands: /^npm run gatehouse -- /,
    test: "packages/server/test/guide-backup.integration.test.ts",
  },
  { page: "for-operators", commands: /^(?:npm run gatehouse -- |curl )/, test: inServer },
  { page: "install", commands: /^docker /, test: installed("image") },
  { page: "install", commands: /^(?:npm run deb$|apt-get )/, test: installed("deb") },
  {
    page: "install",
    commands: /^(?:npm (?:run build$|pack )|export |npx )/,
    test: installed("npm-packages"),
  },
  { page: "install", commands: /^helm /, test: installed("chart") },
  { page: "move-users", commands: /^npm run gatehouse -- /, test: inServer },
  { page: "protect-your-panel", commands: /^curl /, test: inServer },
  { page: "protect-your-panel", commands: /./, test: panel },
  { page: "scaling", commands: /./, test: installed("scaling") },
  { page: "settings", commands: /./, test: inServer },
];

/**
 * The commands in the blocks for a shell: continued lines are one command, comments are left out.
 * @param {string} markdown
 * @returns {string[]}
 */
export function parseCommands(markdown) {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .replaceAll(/(?:^| {2,})# .*$/gm, "")
      .replaceAll(/ *\\\n */g, " ")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

/**
 * @param {string} page "README", or a page of the guide
 * @param {"en" | "tr"} [language]
 * @returns {string[]}
 */
export function readCommands(page, language = "en") {
  const path = page === "README" ? ["README.md"] : ["docs", language, `${page}.md`];
  return parseCommands(readFileSync(join(root, ...path), "utf8"));
}

/** The pages of the guide. */
export function listPages() {
  return readdirSync(join(root, "docs", "en")).map((name) => name.replace(/\.md$/, ""));
}

/**
 * The test that runs a command of a page; null for none.
 * @param {string} page
 * @param {string} command
 */
export function findRunner(page, command) {
  return runners.find((runner) => runner.page === page && runner.commands.test(command))?.test ?? null;
}

/**
 * The commands of a page that a test has to run.
 * @param {string} page
 * @param {string} test its path from the root
 */
export function commandsFor(page, test) {
  return readCommands(page).filter((command) => findRunner(page, command) === test);
}
