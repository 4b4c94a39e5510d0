/** Starts programs for a benchmark: child processes that end with this process, even after SIGKILL. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFolder, killWithLauncher, serverEntry } from "../../scripts/launcher/paths.mjs";
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
  return startProcess(fromSources([serverEntry, "serve"]), {
    DATABASE_URL: databaseUrl,
    DATA_DIR: createFolder(),
    SECRET_KEY: secretKey,
    WORKER: "off",
    ...settings,
  });
}

/** Starts the built Gatehouse (see `scripts/installed/built-server.mjs`) on PostgreSQL, or on the embedded database in `folder`. */
export async function startBuilt(
  where: { readonly databaseUrl: string } | { readonly folder: string },
): Promise<RunningServer> {
  const program = join(buildFolder, "server", "dist", "main.js");
  const settings =
    "folder" in where
      ? { DATA_DIR: where.folder }
      : { DATABASE_URL: where.databaseUrl, DATA_DIR: createFolder(), SECRET_KEY: secretKey };
  return startProcess({ program, args: ["serve"] }, { WORKER: "off", ...settings });
}

/** Starts a baseline: `bench/baselines/NAME.ts`. */
export async function startBaseline(
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  return startProcess(
    fromSources([fileURLToPath(new URL(`../baselines/${name}.ts`, import.meta.url))]),
    settings,
  );
}

const secretKey = "a secret key that only benchmarks know, 32+";

/** A temporary folder that is removed when this process ends. */
function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Program {
  readonly program: string;
  readonly args: readonly string[];
}

function fromSources(args: readonly string[]): Program {
  return { program: process.execPath, args: ["--conditions=gatehouse-source", ...args] };
}

async function startProcess(
  { program, args }: Program,
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const port = String(await freePort());
  // Log into a file, as in production: with a pipe this process would read while it measures.
  const logFile = join(tmpdir(), `gatehouse-bench-${port}.log`);
  const log = openSync(logFile, "w");
  process.once("exit", () => rmSync(logFile, { force: true }));
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", log],
    env: {
      PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter), // the built program starts with the first node in it
      NODE_OPTIONS: killWithLauncher,
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
    throw new Error(`${[program, ...args].join(" ")} did not get ready.\n${readFileSync(logFile, "utf8")}`, {
      cause: error,
    });
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
