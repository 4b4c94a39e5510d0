/** Installs locked packages with npm, without running their install scripts. */
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { FatalError } from "./fatal-error.mjs";
import { findInstallationMismatch } from "./installed.mjs";
import { runCaptured, runNodeCaptured } from "./run-captured.mjs";

/**
 * `npm ci` in `folder`. npm passes its settings on to child processes as environment variables, so the options that the
 * caller's npm may have changed (prefix, production only) are set explicitly.
 * @param {string} folder
 * @param {string} node the Node that runs npm; npm skips optional packages for which it is too old
 */
export async function installLocked(folder, node) {
  const args = ["ci", "--prefix", folder, "--ignore-scripts", "--include=dev", "--include=optional"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}` };
  const script = findNpmScript();
  const { code, output } =
    script === null
      ? await runCaptured(process.platform === "win32" ? "npm.cmd" : "npm", [...args, ...quiet], {
          cwd: folder,
          env,
        })
      : await runNodeCaptured(node, [script, ...args, ...quiet], { cwd: folder, env });
  if (code === 127)
    throw new FatalError("npm was not found. Install Node.js with npm (https://nodejs.org) and try again.");
  if (code !== 0) {
    const message = `npm could not install the locked packages in ${folder}. Is the package registry reachable?`;
    throw new FatalError(message, { output });
  }
  const mismatch = findInstallationMismatch(
    join(folder, "package-lock.json"),
    join(folder, "node_modules", ".package-lock.json"),
  );
  if (mismatch !== null)
    throw new FatalError(`npm did not install everything: ${mismatch}. Run this again.`, { output });
}

/**
 * The script of the npm that started this process, or of the one on the PATH. Null where that is no script.
 * @returns {string | null}
 */
function findNpmScript() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = folders.map((folder) => join(folder, "npm")).find((file) => existsSync(file));
  const candidates = [process.env["npm_execpath"], onPath === undefined ? undefined : realpathSync(onPath)];
  return candidates.find((file) => file !== undefined && /npm-cli\.c?js$/.test(file)) ?? null;
}
