/** Runs the actual program after the preparation, and is transparent to its caller. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { terminateWithLauncher } from "./paths.mjs";

/**
 * Runs a script with stdin, stdout and stderr passed through, forwards signals and waits until it exits.
 * @param {string} node
 * @param {readonly string[]} args Node's own options, the script and its arguments
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, as in a shell
 */
export function exec(node, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const path = [dirname(node), env["PATH"]].filter((part) => part !== undefined).join(delimiter);
    const child = spawn(node, [terminateWithLauncher, ...args], {
      stdio: "inherit",
      env: { ...env, PATH: path },
    });
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      // A terminal sends Ctrl-C to the whole foreground process group, so the program has received it already.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.removeAllListeners(signal).on(signal, forward);
    }
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
