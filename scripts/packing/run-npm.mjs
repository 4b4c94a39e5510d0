import { execFileSync } from "node:child_process";

/**
 * Runs npm in a folder, and throws with its output when it fails.
 * @param {string} cwd
 * @param {string[]} args
 */
export function runNpm(cwd, ...args) {
  execFileSync("npm", [...args, "--silent"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
}
