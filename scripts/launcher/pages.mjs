/** Pages that Vite builds: made anew when anything that goes into them changed. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { captureNode } from "./capture.mjs";
import { exclusively } from "./exclusive.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { cacheFolder, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { Stop } from "./stop.mjs";

const shared = ["packages/sdk/src", "packages/access/src", "package-lock.json", "tsconfig.base.json"];

/**
 * @typedef {object} Pages
 * @property {string} name in file names and sentences
 * @property {string} folder of the workspace, from the root; the build is in its `dist`
 * @property {readonly string[]} [without] folders of the workspace that don't go into the build
 */

/**
 * Builds into the workspace's `dist` unless what is there came from these very sources.
 * @param {string} node the Node to build with
 * @param {Pages} pages
 */
export async function preparePages(node, pages) {
  if (isCurrent(pages, sourcesFingerprint(pages))) return;
  await exclusively(join(cacheFolder, `${pages.name}.lock`), async () => {
    const sourcesHash = sourcesFingerprint(pages);
    if (isCurrent(pages, sourcesHash)) return;
    await withProgress(`Building the ${pages.name}`, () => build(node, pages));
    writeFileSync(stampOf(pages), sourcesHash);
  });
}

/**
 * Whether there is a build, of whatever sources.
 * @param {Pages} pages
 */
export function isBuilt({ folder }) {
  return existsSync(join(root, folder, "dist", "index.html"));
}

/** @param {Pages} pages */
function stampOf({ name }) {
  return join(cacheFolder, `${name}.sha256`);
}

/** @param {Pages} pages */
function sourcesFingerprint({ folder, without = [] }) {
  const left = ["dist", ".cache", "node_modules", ...without].map((name) => `${folder}/${name}`);
  const skip = (/** @type {string} */ path) =>
    left.some((one) => path === one || path.startsWith(`${one}/`)) || /\.test\.tsx?$/.test(path);
  return fingerprint(root, [folder, ...shared], { skip });
}

/**
 * @param {Pages} pages
 * @param {string} sourcesHash
 */
function isCurrent(pages, sourcesHash) {
  if (!isBuilt(pages) || !existsSync(stampOf(pages))) return false;
  return readFileSync(stampOf(pages), "utf8") === sourcesHash;
}

/**
 * Builds beside the old build and swaps the folders, so that a crash never leaves half of one.
 * @param {string} node
 * @param {Pages} pages
 */
async function build(node, pages) {
  const folder = join(root, pages.folder);
  const built = join(folder, "dist");
  const workshop = join(folder, ".cache", "build");
  const fresh = join(workshop, "new");
  const old = join(workshop, "old");
  rmSync(workshop, { recursive: true, force: true });
  rmSync(stampOf(pages), { force: true });
  mkdirSync(workshop, { recursive: true });
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--outDir", fresh, "--emptyOutDir", "--logLevel", "warn"];
  // Whatever the caller's shell says: Vite builds for development where NODE_ENV isn't "production".
  const env = { ...process.env, NODE_ENV: "production" };
  const { code, output } = await captureNode(node, args, { cwd: folder, env });
  if (code !== 0) throw new Stop(`The ${pages.name} could not be built.`, { output });
  if (existsSync(built)) renameSync(built, old);
  renameSync(fresh, built);
  rmSync(workshop, { recursive: true, force: true });
}
