/** Runs a program and returns its output instead of printing it. */
import { spawn } from "node:child_process";
import { killWithLauncher } from "./paths.mjs";

/**
 * @typedef {object} CapturedRun
 * @property {number} code the exit code; 128 when a signal ended it, 127 when it could not be started
 * @property {string} output stdout and stderr together, in the order in which they were written
 * @property {string} stdout stdout alone
 */

/**
 * Runs `command` with closed stdin. Never throws.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<CapturedRun>}
 */
export function runCaptured(command, args, options = {}) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const output = [];
    /** @type {Buffer[]} */
    const stdout = [];
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const killChild = () => child.kill("SIGKILL");
    process.once("exit", killChild);
    const end = (/** @type {number} */ code) => {
      process.removeListener("exit", killChild);
      resolve({
        code,
        output: Buffer.concat(output).toString("utf8"),
        stdout: Buffer.concat(stdout).toString("utf8"),
      });
    };
    child.stdout.on("data", (chunk) => {
      output.push(chunk);
      stdout.push(chunk);
    });
    child.stderr.on("data", (chunk) => output.push(chunk));
    child.once("error", (error) => {
      output.push(Buffer.from(`${error.message}\n`));
      end(127);
    });
    child.once("close", (code) => end(code ?? 128));
  });
}

/**
 * The same for a Node script. It ends with this process, even after SIGKILL: an orphaned installation or build would
 * write into the same folders as the next one.
 * @param {string} node
 * @param {readonly string[]} args the script and its arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<CapturedRun>}
 */
export function runNodeCaptured(node, args, options) {
  return runCaptured(node, [killWithLauncher, ...args], options);
}
