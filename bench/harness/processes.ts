/** Programs that a benchmark starts: each in a process of its own that can't outlive it, however it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../packages/server/test/program.ts";
import { dieWithLauncher, serverEntry } from "../../scripts/launcher/paths.mjs";

/** A program that listens. */
export interface Listening {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts a server of ours on PostgreSQL as `npm start` would, with these settings on top. */
export async function startGatehouse(
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return listening([serverEntry, "serve"], {
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    SECRET_KEY: "a secret key that only benchmarks know, 32+",
    WORKER: "off",
    ...settings,
  });
}

/** Starts a floor: `bench/floors/NAME.ts`. */
export async function startFloor(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<Listening> {
  return listening([fileURLToPath(new URL(`../floors/${name}.ts`, import.meta.url))], settings);
}

async function listening(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Listening> {
  const port = String(await freePort());
  // Into a file, as in production: a pipe would have this process read along while it measures.
  const logFile = join(tmpdir(), `gatehouse-bench-${port}.log`);
  const log = openSync(logFile, "w");
  process.once("exit", () => rmSync(logFile, { force: true }));
  const child = spawn(process.execPath, [dieWithLauncher, "--conditions=gatehouse-source", ...args], {
    stdio: ["ignore", "ignore", log],
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: port, ...settings },
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
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("It took longer than a minute.");
}
