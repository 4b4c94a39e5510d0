/** The panel's build: made anew when anything that goes into it changed. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { captureNode } from "./capture.mjs";
import { exclusively } from "./exclusive.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { cacheFolder, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { Stop } from "./stop.mjs";

const panel = join(root, "packages", "panel");
const built = join(panel, "dist");
const stamp = join(cacheFolder, "panel.sha256");
const sources = [
  "packages/panel",
  "packages/sdk/src",
  "packages/access/src",
  "package-lock.json",
  "tsconfig.base.json",
];
const notSource = /^packages\/panel\/(?:dist|\.cache|node_modules)(?:\/|$)|\.test\.tsx?$/;

/**
 * Builds the panel into packages/panel/dist unless what is there came from these very sources.
 * @param {string} node the Node to build with
 */
export async function preparePanel(node) {
  if (isCurrent(sourcesFingerprint())) return;
  await exclusively(join(cacheFolder, "panel.lock"), async () => {
    const sourcesHash = sourcesFingerprint();
    if (isCurrent(sourcesHash)) return;
    await withProgress("Building the panel", () => build(node));
    writeFileSync(stamp, sourcesHash);
  });
}

/** Whether there is a build, of whatever sources. */
export function isPanelBuilt() {
  return existsSync(join(built, "index.html"));
}

function sourcesFingerprint() {
  return fingerprint(root, sources, { skip: (path) => notSource.test(path) });
}

/** @param {string} sourcesHash */
function isCurrent(sourcesHash) {
  if (!isPanelBuilt() || !existsSync(stamp)) return false;
  return readFileSync(stamp, "utf8") === sourcesHash;
}

/**
 * Builds beside the old build and swaps the folders, so that a crash never leaves half of one.
 * @param {string} node
 */
async function build(node) {
  const workshop = join(panel, ".cache", "build");
  const fresh = join(workshop, "new");
  const old = join(workshop, "old");
  rmSync(workshop, { recursive: true, force: true });
  rmSync(stamp, { force: true });
  mkdirSync(workshop, { recursive: true });
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--outDir", fresh, "--emptyOutDir", "--logLevel", "warn"];
  // Whatever the caller's shell says: Vite builds for development where NODE_ENV isn't "production".
  const env = { ...process.env, NODE_ENV: "production" };
  const { code, output } = await captureNode(node, args, { cwd: panel, env });
  if (code !== 0) throw new Stop("The panel could not be built.", { output });
  if (existsSync(built)) renameSync(built, old);
  renameSync(fresh, built);
  rmSync(workshop, { recursive: true, force: true });
}
