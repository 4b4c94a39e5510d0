/** The project's dependencies: installed when they are missing, half installed or not the locked ones. */
import { join, relative } from "node:path";
import { exclusively } from "./exclusive.mjs";
import { installationGap } from "./installed.mjs";
import { installLocked } from "./npm.mjs";
import { benchFolder, cacheFolder, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";

/**
 * Makes node_modules agree with package-lock.json.
 * @param {string} node the Node that will run them
 */
export async function prepareDependencies(node) {
  await prepareFolder(root, node, "Installing the locked dependencies");
}

/**
 * The same for what the benchmarks alone need.
 * @param {string} node
 */
export async function prepareBench(node) {
  await prepareFolder(benchFolder, node, "Installing what the benchmarks compare with");
}

/**
 * @param {string} folder
 * @param {string} node
 * @param {string} title
 */
async function prepareFolder(folder, node, title) {
  const gap = () =>
    installationGap(join(folder, "package-lock.json"), join(folder, "node_modules", ".package-lock.json"));
  if (gap() === null) return;
  await exclusively(
    join(cacheFolder, `${relative(root, folder) || "dependencies"}.lock`),
    async () => {
      if (gap() === null) return;
      await withProgress(title, () => installLocked(folder, node));
    },
    { onWait: () => process.stderr.write("Waiting for an installation that is already running …\n") },
  );
}
