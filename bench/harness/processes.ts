/** Starts programs for a benchmark: child processes that end with this process, even after SIGKILL. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { killWithLauncher, serverEntry } from "../../scripts/launcher/paths.mjs";
import { freePort } from "../../scripts/testing/free-port.mjs";

/** A program that accepts requests. */
export interface RunningServer {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts Gatehouse on PostgreSQL, as `npm start` does, with additional settings. */
export async function startGatehouse(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return startProcess([serverEntry, "serve"], {
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    SECRET_KEY: "a secret key that only benchmarks know, 32+",
    WORKER: "off",
    ...settings,
  });
}

/** Starts Gatehouse on the embedded database in `folder`. */
export async function startEmbedded(folder: string): Promise<RunningServer> {
  return startProcess([serverEntry, "serve"], { DATA_DIR: folder, WORKER: "off" });
}

/** Starts a baseline: `bench/baselines/NAME.ts`. */
export async function startBaseline(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  return startProcess([fileURLToPath(new URL(`../baselines/${name}.ts`, import.meta.url))], settings);
}

async function startProcess(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const port = String(await freePort());
  // Log into a file, as in production: with a pipe this process would read while it measures.
  const logFile = join(tmpdir(), `gatehouse-bench-${port}.log`);
  const log = openSync(logFile, "w");
  process.once("exit", () => rmSync(logFile, { force: true }));
  const child = spawn(process.execPath, [killWithLauncher, "--conditions=gatehouse-source", ...args], {
    stdio: ["ignore", "ignore", log],
    env: {
      PATH: process.env["PATH"],
      LOG_SLOW_STATEMENTS_MS: "off",
      HOST: "127.0.0.1",
      PORT: port,
      ...settings,
    },
  });
  closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, child);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${args[0]} did not get ready.\n${readFileSync(logFile, "utf8")}`, { cause: error });
  }
  return {
    url,
    child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("It took longer than a minute.");
}
