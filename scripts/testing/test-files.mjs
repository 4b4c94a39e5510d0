/** Lists the test files and the vitest projects that run them: the same rules as in vitest.config.ts. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

const skipped = new Set(["node_modules", "dist", "data", "fixtures"]);

/**
 * The vitest projects that run a file.
 * @param {string} path from the root, with forward slashes
 * @returns {string[]} empty when it is no test
 */
export function listProjects(path) {
  if (/^e2e\/.*\.e2e\.test\.ts$/.test(path)) return ["browser"];
  if (/^scripts\/.*\.test\.mjs$/.test(path)) return ["unit"];
  if (/^examples\/.*\.test\.ts$/.test(path)) return ["unit"];
  if (!path.startsWith("packages/") || !/\.test\.tsx?$/.test(path)) return [];
  if (path.startsWith("packages/panel/")) return ["unit-panel"];
  if (path.endsWith(".both.integration.test.ts")) return ["integration-postgres", "integration-embedded"];
  return path.endsWith(".integration.test.ts") ? ["integration-postgres"] : ["unit"];
}

/**
 * The test files below `root` whose path contains one of `filters` (all of them without filters), by project.
 * @param {string} root
 * @param {readonly string[]} filters
 * @returns {Map<string, string[]>}
 */
export function findTestFiles(root, filters) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const path of ["packages", "examples", "e2e", "scripts"].flatMap((folder) =>
    listFiles(root, join(root, folder)),
  )) {
    if (filters.length > 0 && !filters.some((filter) => path.includes(filter))) continue;
    for (const project of listProjects(path)) found.set(project, [...(found.get(project) ?? []), path]);
  }
  return found;
}

/**
 * The feature folders of the server that contain one of `paths`.
 * @param {readonly string[]} paths from the root, with forward slashes
 * @returns {string[]} e.g. "packages/server/src/features/users/"
 */
export function listFeatureFolders(paths) {
  const folders = paths.map((path) => /^packages\/server\/src\/features\/[^/]+\//.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(root, folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(root, path) : [relative(root, path).split(sep).join("/")];
  });
}
