/** Lists the test files and the vitest projects that run them. vitest.config.ts follows the same rules. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { matchesGlob } from "node:path/posix";

/**
 * The `*.both.integration.test.ts` files that the plain run also runs on the embedded database: those of code that differs
 * between the engines (connections, locks, jobs, search, set-up, backup, the audit chain), and the main job: sign in, invite,
 * accept, assign roles, save, read the audit log. `npm test -- --all` runs all files on both.
 */
const embeddedInPlainRun = [
  "packages/server/src/{audit,cli,db,jobs}/**/*.both.integration.test.ts",
  "packages/server/src/features/{audit,bulk-jobs,change-feed}/**/*.both.integration.test.ts",
  "packages/server/src/features/authzen/{authzen,search}.both.integration.test.ts",
  "packages/server/src/features/invitations/invitations.both.integration.test.ts",
  "packages/server/src/features/organizations/set-up.both.integration.test.ts",
  "packages/server/src/features/roles/roles.both.integration.test.ts",
  "packages/server/src/features/sessions/sign-in.both.integration.test.ts",
  "packages/server/src/features/users/{edit-user,list-users}.both.integration.test.ts",
  "packages/server/test/{create-test-app,restored-database}.both.integration.test.ts",
];

/**
 * The test files of the project integration-embedded, as globs.
 * @param {boolean} [isFullRun] whether it is `npm test -- --all`
 * @returns {string[]}
 */
export function listEmbeddedTests(isFullRun = process.env["GATEHOUSE_TEST_ALL"] === "1") {
  return isFullRun ? ["packages/**/*.both.integration.test.ts"] : embeddedInPlainRun;
}

const skipped = new Set(["node_modules", "dist", "data", "fixtures"]);

/**
 * The vitest projects that run a file.
 * @param {string} path from the root, with forward slashes
 * @param {boolean} isFullRun whether it is `npm test -- --all`
 * @returns {string[]} empty when it is no test
 */
export function listProjects(path, isFullRun) {
  if (/^e2e\/.*\.e2e\.test\.ts$/.test(path)) return ["browser"];
  if (path.startsWith("scripts/installed/")) return path.endsWith(".test.mjs") ? ["installed"] : [];
  if (/^scripts\/.*\.test\.mjs$/.test(path)) return ["unit"];
  if (/^examples\/.*\.test\.ts$/.test(path)) return ["unit"];
  if (!path.startsWith("packages/") || !/\.test\.tsx?$/.test(path)) return [];
  if (/^packages\/panel\/.*\.component\.test\.tsx$/.test(path)) return ["component"];
  if (path.startsWith("packages/panel/")) return ["unit-panel"];
  if (!path.endsWith(".integration.test.ts")) return ["unit"];
  const isEmbedded = listEmbeddedTests(isFullRun).some((glob) => matchesGlob(path, glob));
  return isEmbedded ? ["integration-postgres", "integration-embedded"] : ["integration-postgres"];
}

/**
 * The test files below `root` whose path contains one of `filters` (all of them without filters), by project.
 * @param {string} root
 * @param {readonly string[]} filters
 * @param {boolean} isFullRun whether it is `npm test -- --all`
 * @returns {Map<string, string[]>}
 */
export function findTestFiles(root, filters, isFullRun) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const path of ["packages", "examples", "e2e", "scripts"].flatMap((folder) =>
    listFiles(root, join(root, folder)),
  )) {
    if (filters.length > 0 && !filters.some((filter) => path.includes(filter))) continue;
    for (const project of listProjects(path, isFullRun))
      found.set(project, [...(found.get(project) ?? []), path]);
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
