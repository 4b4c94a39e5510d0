/**
 * Writes the guide's SDK reference from the docstrings, and the tables of settings: `node --conditions=gatehouse-source
 * write-reference.mjs`. With `--check` it writes nothing and fails when a page is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as contract from "../../packages/sdk/src/contract/index.ts";
import { root } from "../launcher/paths.mjs";
import { entryPoints, labels } from "./entry-points.mjs";
import { printReference } from "./print-reference.mjs";
import { replaceSettings } from "./print-settings.mjs";
import { readExports } from "./read-exports.mjs";

const operations = Object.values(contract).flatMap((one) =>
  typeof one === "object" && "operationId" in one ? [one] : [],
);
const problems = Object.entries(contract.problems).map(([code, problem]) => ({ code, ...problem }));
const read = entryPoints.map((entryPoint) => ({
  ...entryPoint,
  exported: readExports(join(root, "packages", entryPoint.file)),
}));

for (const language of /** @type {const} */ (["en", "tr"])) {
  const chapters = read.map(({ about, first = [], ...rest }) => ({ ...rest, first, about: about[language] }));
  const page = printReference({ labels: labels[language], chapters, operations, problems });
  write(`docs/${language}/sdk-reference.md`, page);
}
for (const file of ["README.md", "docs/en/for-operators.md"])
  write(file, replaceSettings(readFileSync(join(root, file), "utf8"), file));

/**
 * @param {string} file
 * @param {string} page
 */
function write(file, page) {
  if (!process.argv.includes("--check")) writeFileSync(join(root, file), page);
  else if (readFileSync(join(root, file), "utf8") !== page) {
    process.exitCode = 1;
    console.error(
      `${file} is out of date. Run: node --conditions=gatehouse-source scripts/reference/write-reference.mjs`,
    );
  }
}
