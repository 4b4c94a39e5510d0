/** Runs a program of the preparation and keeps what it prints until it matters. */
import { spawn } from "node:child_process";
import { dieWithLauncher } from "./paths.mjs";

/**
 * @typedef {object} Captured
 * @property {number} code the exit code; 128 when a signal ended it, 127 when it could not be started
 * @property {string} output everything that it printed, stdout and stderr as they came
 * @property {string} stdout stdout alone
 */

/**
 * Runs `command` with closed stdin and answers what it printed. Never throws.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Captured>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = [];
    /** @type {Buffer[]} */
    const answer = [];
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const stopChild = () => child.kill("SIGKILL");
    process.once("exit", stopChild);
    const end = (/** @type {number} */ code) => {
      process.removeListener("exit", stopChild);
      resolve({
        code,
        output: Buffer.concat(chunks).toString("utf8"),
        stdout: Buffer.concat(answer).toString("utf8"),
      });
    };
    child.stdout.on("data", (chunk) => {
      chunks.push(chunk);
      answer.push(chunk);
    });
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.once("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      end(127);
    });
    child.once("close", (code) => end(code ?? 128));
  });
}

/**
 * The same for a Node script, which ends when this process is gone, even by SIGKILL: two installations or builds at
 * once, one of them an orphan, would trample each other.
 * @param {string} node
 * @param {readonly string[]} args the script and its arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Captured>}
 */
export function captureNode(node, args, options) {
  return capture(node, [dieWithLauncher, ...args], options);
}
