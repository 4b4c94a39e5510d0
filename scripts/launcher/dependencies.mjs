/** The project's dependencies: installed when they are missing, half installed or not the locked ones. */
import { join } from "node:path";
import { exclusively } from "./exclusive.mjs";
import { installationGap } from "./installed.mjs";
import { installLocked } from "./npm.mjs";
import { cacheFolder, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";

const gap = () =>
  installationGap(join(root, "package-lock.json"), join(root, "node_modules", ".package-lock.json"));

/**
 * Makes node_modules agree with package-lock.json.
 * @param {string} node the Node that will run them
 */
export async function prepareDependencies(node) {
  if (gap() === null) return;
  await exclusively(
    join(cacheFolder, "dependencies.lock"),
    async () => {
      if (gap() === null) return;
      await withProgress("Installing the locked dependencies", () => installLocked(root, node));
    },
    { onWait: () => process.stderr.write("Waiting for an installation that is already running …\n") },
  );
}
