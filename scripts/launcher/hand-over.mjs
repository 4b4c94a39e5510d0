/** Starts the program that the preparation was for, and stays in between without being noticed. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { stopWithLauncher } from "./paths.mjs";

/**
 * Runs a script with stdin, stdout and stderr passed through, hands signals on and waits for its end.
 * @param {string} node
 * @param {readonly string[]} args Node's own options, the script and its arguments
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it, as shells say it
 */
export function handOver(node, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const path = [dirname(node), env["PATH"]].filter((part) => part !== undefined).join(delimiter);
    const child = spawn(node, [stopWithLauncher, ...args], {
      stdio: "inherit",
      env: { ...env, PATH: path },
    });
    const handOn = (/** @type {NodeJS.Signals} */ signal) => {
      // A terminal sends Ctrl-C to every process in front of it, so the program already has it.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    };
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.removeAllListeners(signal).on(signal, handOn);
    }
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
