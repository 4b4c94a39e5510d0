/** Which test files there are, and which part of the run each belongs to: the same rules as in vitest.config.ts. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

const skipped = new Set(["node_modules", "dist", "data", "fixtures"]);

/**
 * The vitest projects that run a file.
 * @param {string} path from the root, with forward slashes
 * @returns {string[]} empty for what is no test
 */
export function projectsOf(path) {
  if (/^e2e\/.*\.e2e\.test\.ts$/.test(path)) return ["browser"];
  if (/^scripts\/.*\.test\.mjs$/.test(path)) return ["unit"];
  if (/^examples\/.*\.test\.ts$/.test(path)) return ["unit"];
  if (!path.startsWith("packages/") || !/\.test\.tsx?$/.test(path)) return [];
  if (path.startsWith("packages/panel/")) return ["unit-panel"];
  if (path.endsWith(".both.integration.test.ts")) return ["integration-postgres", "integration-embedded"];
  return path.endsWith(".integration.test.ts") ? ["integration-postgres"] : ["unit"];
}

/**
 * All test files below `root` whose path contains one of `filters` (all of them without filters), by project.
 * @param {string} root
 * @param {readonly string[]} filters
 * @returns {Map<string, string[]>}
 */
export function testFiles(root, filters) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const path of ["packages", "examples", "e2e", "scripts"].flatMap((folder) =>
    filesIn(root, join(root, folder)),
  )) {
    if (filters.length > 0 && !filters.some((filter) => path.includes(filter))) continue;
    for (const project of projectsOf(path)) found.set(project, [...(found.get(project) ?? []), path]);
  }
  return found;
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesIn(root, folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(root, path) : [relative(root, path).split(sep).join("/")];
  });
}
