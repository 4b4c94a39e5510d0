/**
 * A throw-away PostgreSQL for tests: in a folder of its own, on a unix socket alone, without fsync. A guard process
 * stops it and removes the folder when whoever started it is gone, even by SIGKILL.
 */
import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPostgres } from "./find-postgres.mjs";

/**
 * @typedef {object} RunningPostgres
 * @property {string} url for a superuser, database `postgres`; the socket's folder is the `host` parameter
 * @property {() => Promise<void>} stop stops the server and removes its folder
 */

/**
 * Starts a server (1–2 s); installs PostgreSQL first where it is missing and may be installed.
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres() {
  const binaries = await findPostgres();
  const guardScript = join(fileURLToPath(import.meta.url), "..", "postgres-guard.mjs");
  const guard = spawn(process.execPath, [guardScript, binaries], {
    detached: true, // a Ctrl-C in the terminal must not reach it: its sign to stop is the end of stdin
    stdio: ["pipe", "pipe", "pipe"],
  });
  const url = await new Promise((resolve, reject) => {
    let printed = "";
    let complaint = "";
    guard.stderr.on("data", (chunk) => (complaint += chunk));
    guard.stdout.on("data", (chunk) => {
      printed += chunk;
      if (printed.endsWith("\n")) resolve(printed.trim());
    });
    guard.once("close", () => reject(new Error(`PostgreSQL did not start.\n${complaint}`)));
  });
  // The guard must not keep its starter alive: that the starter is gone is what it waits for.
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
