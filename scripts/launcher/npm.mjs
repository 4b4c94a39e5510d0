/** Installs locked packages with npm, without running anything that they bring along. */
import { delimiter, dirname, join } from "node:path";
import { capture } from "./capture.mjs";
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
  const [command, ...before] = npm(node);
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}` };
  const { code, output } = await capture(command, [...before, ...args, ...quiet], { cwd: folder, env });
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
 * @param {string} node
 * @returns {[string, ...string[]]}
 */
function npm(node) {
  const script = process.env["npm_execpath"];
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) return [node, script];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}
