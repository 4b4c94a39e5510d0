/** Builds the pages of the panel and of the example with Vite, when their sources have changed. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "./fatal-error.mjs";
import { withFileLock } from "./file-lock.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { cacheFolder, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { runNodeCaptured } from "./run-captured.mjs";

/**
 * @typedef {object} Pages
 * @property {string} name in file names and messages
 * @property {string} folder of the workspace, relative to the root; the build is in its `dist`
 * @property {readonly string[]} [exclude] folders of the workspace that aren't part of the build
 */

/** @type {Pages} */
const panel = { name: "panel", folder: "packages/panel" };
/** @type {Pages} */
const example = { name: "example", folder: "examples/engagement-panel", exclude: ["data", "start", "test"] };
const sharedSources = ["packages/sdk/src", "packages/access/src", "package-lock.json", "tsconfig.base.json"];

/**
 * Builds the panel into packages/panel/dist, unless that build is up to date.
 * @param {string} node the Node to build with
 */
export function preparePanel(node) {
  return preparePages(node, panel);
}

/**
 * Builds the example's pages into examples/engagement-panel/dist, unless that build is up to date.
 * @param {string} node the Node to build with
 */
export function prepareExample(node) {
  return preparePages(node, example);
}

/** Whether there is a build of the panel, up to date or not. */
export function isPanelBuilt() {
  return isBuilt(panel);
}

/**
 * @param {string} node
 * @param {Pages} pages
 */
async function preparePages(node, pages) {
  if (isCurrent(pages, hashSources(pages))) return;
  await withFileLock(join(cacheFolder, `${pages.name}.lock`), async () => {
    const sourcesHash = hashSources(pages);
    if (isCurrent(pages, sourcesHash)) return;
    await withProgress(`Building the ${pages.name}`, () => build(node, pages));
    writeFileSync(getHashFile(pages), sourcesHash);
  });
}

/** @param {Pages} pages */
function isBuilt({ folder }) {
  return existsSync(join(root, folder, "dist", "index.html"));
}

/** @param {Pages} pages */
function getHashFile({ name }) {
  return join(cacheFolder, `${name}.sha256`);
}

/** @param {Pages} pages */
function hashSources({ folder, exclude = [] }) {
  const excluded = ["dist", ".cache", "node_modules", ...exclude].map((name) => `${folder}/${name}`);
  const skip = (/** @type {string} */ path) =>
    excluded.some((one) => path === one || path.startsWith(`${one}/`)) || /\.test\.tsx?$/.test(path);
  return fingerprint(root, [folder, ...sharedSources], { skip });
}

/**
 * @param {Pages} pages
 * @param {string} sourcesHash
 */
function isCurrent(pages, sourcesHash) {
  if (!isBuilt(pages) || !existsSync(getHashFile(pages))) return false;
  return readFileSync(getHashFile(pages), "utf8") === sourcesHash;
}

/**
 * Builds into a temporary folder and then swaps the folders, so that a crash never leaves a partial build.
 * @param {string} node
 * @param {Pages} pages
 */
async function build(node, pages) {
  const folder = join(root, pages.folder);
  const dist = join(folder, "dist");
  const temporary = join(folder, ".cache", "build");
  const next = join(temporary, "new");
  const previous = join(temporary, "old");
  rmSync(temporary, { recursive: true, force: true });
  rmSync(getHashFile(pages), { force: true });
  mkdirSync(temporary, { recursive: true });
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--outDir", next, "--emptyOutDir", "--logLevel", "warn"];
  // Vite builds for development unless NODE_ENV is "production"; the caller's shell may have set another value.
  const env = { ...process.env, NODE_ENV: "production" };
  const { code, output } = await runNodeCaptured(node, args, { cwd: folder, env });
  if (code !== 0) throw new FatalError(`The ${pages.name} could not be built.`, { output });
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(next, dist);
  rmSync(temporary, { recursive: true, force: true });
}
