/** Installs locked packages with npm, without running anything that they bring along. */
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { capture, captureNode } from "./capture.mjs";
import { installationGap } from "./installed.mjs";
import { Stop } from "./stop.mjs";

/**
 * `npm ci` in `folder`. What the caller's npm may have been told otherwise (a prefix, production only) is said again,
 * because npm passes its own settings on to what it starts.
 * @param {string} folder
 * @param {string} node the Node that runs npm: under one that is too old for an optional package npm leaves that out
 */
export async function installLocked(folder, node) {
  const args = ["ci", "--prefix", folder, "--ignore-scripts", "--include=dev", "--include=optional"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}` };
  const script = npmScript();
  const { code, output } =
    script === null
      ? await capture(process.platform === "win32" ? "npm.cmd" : "npm", [...args, ...quiet], {
          cwd: folder,
          env,
        })
      : await captureNode(node, [script, ...args, ...quiet], { cwd: folder, env });
  if (code === 127)
    throw new Stop("npm was not found. Install Node.js with npm (https://nodejs.org) and try again.");
  if (code !== 0) {
    const message = `npm could not install the locked packages in ${folder}. Is the package registry reachable?`;
    throw new Stop(message, { output });
  }
  const gap = installationGap(
    join(folder, "package-lock.json"),
    join(folder, "node_modules", ".package-lock.json"),
  );
  if (gap !== null) throw new Stop(`npm did not install everything: ${gap}. Run this again.`, { output });
}

/**
 * npm's own script: of the npm that started us, or of the one on the PATH. Null where that is another kind of program.
 * @returns {string | null}
 */
function npmScript() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = folders.map((folder) => join(folder, "npm")).find((file) => existsSync(file));
  const candidates = [process.env["npm_execpath"], onPath === undefined ? undefined : realpathSync(onPath)];
  return candidates.find((file) => file !== undefined && /npm-cli\.c?js$/.test(file)) ?? null;
}
