import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { runCaptured } from "../launcher/run-captured.mjs";

/**
 * With the folders of programs for root, such as chroot and debootstrap: not every PATH has them.
 * @param {NodeJS.ProcessEnv} env
 */
function withRootPrograms(env) {
  return { ...env, PATH: `${env["PATH"] ?? "/usr/bin:/bin"}:/usr/sbin:/sbin` };
}

/**
 * Runs a program to its end and returns its standard output; throws with all of its output when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>}
 */
export async function runProgram(command, args, { env = process.env, ...options } = {}) {
  const { code, output, stdout } = await runCaptured(command, args, {
    ...options,
    env: withRootPrograms(env),
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}:\n${output}`);
  return stdout.trim();
}

/**
 * A server that listens.
 * @typedef {object} StartedServer
 * @property {string} setupLink empty when it has an organization
 * @property {() => Promise<void>} kill sends SIGKILL
 * @property {() => Promise<number | null>} stop sends SIGTERM to the program, or to its child if it has one that it waits for; the exit code
 */

/**
 * Starts a server and waits until it listens, and for the set-up link of an empty database.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, hasOrganization?: boolean }} [options]
 * @returns {Promise<StartedServer>}
 */
export async function startServer(command, args, options = {}) {
  const { hasOrganization = false, env = process.env, ...others } = options;
  const child = spawn(command, args, {
    ...others,
    env: withRootPrograms(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const ended = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  const setupLink = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk;
      const link = /https?:\S+\/setup#\S+/.exec(output)?.[0];
      if (link !== undefined) resolve(link);
      if (hasOrganization && output.includes("is running at")) resolve("");
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`${command} exited with ${code}:\n${output}`)));
  });
  const stop = async () => {
    process.kill(findWaitedFor(child.pid ?? 0), "SIGTERM");
    const code = await ended;
    process.removeListener("exit", killAtExit);
    return code;
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
    process.removeListener("exit", killAtExit);
  };
  return { setupLink, kill, stop };
}

/**
 * The only child of unshare, which ignores SIGTERM itself; for other programs the program.
 * @param {number} pid
 */
function findWaitedFor(pid) {
  const isUnshare = readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "unshare";
  return isUnshare ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")) : pid;
}
