/**
 * A PostgreSQL for tests: on a unix socket only, without fsync. A guard process stops it when the process that started
 * it has ended, even by SIGKILL.
 */
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPostgres } from "./find-programs.mjs";

/**
 * @typedef {object} RunningPostgres
 * @property {string} url for a superuser, database `postgres`; the socket's folder is the `host` parameter
 * @property {() => Promise<void>} stop stops the server; removes its data unless they are kept
 */

/**
 * Starts a server (1–2 s); installs PostgreSQL first where it is missing and may be installed.
 * @param {string} [dataFolder] keeps the data here for the next start; a temporary folder when left out. Only one server
 *   at a time can use a folder.
 * @param {Readonly<Record<string, string>>} [settings] of the server, instead of or beside those that make tests fast
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres(dataFolder, settings = {}) {
  const programs = await findPostgres();
  const guardScript = join(fileURLToPath(import.meta.url), "..", "postgres-guard.mjs");
  const args = [guardScript, programs, dataFolder ?? "", JSON.stringify(settings)];
  const guard = spawn(process.execPath, args, {
    detached: true, // Ctrl-C in the terminal must not reach it: it stops when stdin is closed
    stdio: ["pipe", "pipe", "pipe"],
  });
  const url = await new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    guard.stderr.on("data", (chunk) => (stderr += chunk));
    guard.stdout.on("data", (chunk) => {
      stdout += chunk;
      if (stdout.endsWith("\n")) resolve(stdout.trim());
    });
    guard.once("close", () => reject(new Error(`PostgreSQL did not start.\n${stderr}`)));
  });
  // The guard must not keep this process alive: it waits for the end of this process.
  guard.unref();
  for (const stream of [guard.stdin, guard.stdout, guard.stderr])
    if (stream instanceof Socket) stream.unref();
  const stop = async () => {
    if (guard.exitCode !== null || guard.signalCode !== null) return;
    const ended = new Promise((resolve) => guard.once("exit", resolve));
    guard.ref();
    guard.stdin.end();
    await ended;
  };
  return { url, stop };
}
