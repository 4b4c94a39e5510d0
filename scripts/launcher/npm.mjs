/** Installs locked packages with npm, without running anything that they bring along. */
import { join } from "node:path";
import { capture } from "./capture.mjs";
import { Stop } from "./stop.mjs";

/**
 * `npm ci` in `folder`. Everything that the caller's npm may have been told otherwise (a prefix, production only) is
 * said again, because npm passes its own settings on to what it starts.
 * @param {string} folder
 */
export async function installLocked(folder) {
  const [command, ...before] = npm();
  const args = ["ci", "--prefix", folder, "--ignore-scripts", "--include=dev", "--include=optional"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await capture(command, [...before, ...args, ...quiet], { cwd: folder });
  if (code === 0) return;
  throw new Stop(
    code === 127
      ? "npm was not found. Install Node.js with npm (https://nodejs.org) and run this again."
      : `npm could not install the locked packages in ${join(folder)}. Is the package registry reachable?`,
    { output },
  );
}

/** @returns {[string, ...string[]]} */
function npm() {
  const script = process.env["npm_execpath"];
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) return [process.execPath, script];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}
