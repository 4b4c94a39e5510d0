/** Starts the real program, as `npm start` does, with a temporary data folder and a free port. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { withFileLock } from "../../scripts/launcher/file-lock.mjs";
import { freePort } from "../../scripts/testing/free-port.mjs";

const main = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));

type Command = "serve" | "demo";

/** A running server. */
export interface RunningServer {
  readonly url: string;
  /** Returns what it has printed so far. */
  readonly printed: () => string;
  /** Returns the one-time set-up link that it printed for a database without an organization. */
  readonly setupLink: () => string;
  /** Stops it and waits until it has ended. */
  readonly stop: () => Promise<void>;
}

/** Starts `gatehouse serve` with these settings on top of a clean environment, and waits until it is ready. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const isEmbedded = settings["DATABASE_URL"] === undefined;
  return start("serve", await (isEmbedded ? prepareDataFolder("serve") : makeDataFolder()), settings);
}

/** Starts `gatehouse demo` with its 5,000 users. */
export async function startDemo(): Promise<RunningServer> {
  return start("demo", await prepareDataFolder("demo"), {});
}

/**
 * Makes a data folder. The test files of one run share the first start of each command, which creates the database: they get
 * copies of what it left.
 */
async function prepareDataFolder(command: Command): Promise<string> {
  const folder = await makeDataFolder();
  const shared = process.env["GATEHOUSE_TEST_DATA_FOLDER"];
  if (shared === undefined) return folder;
  const started = join(shared, command);
  await withFileLock(`${started}.lock`, async () => {
    if (existsSync(started)) return;
    const unfinished = `${started}.unfinished`;
    const server = await start(command, unfinished, {}, { keepsData: true });
    await server.stop();
    await rename(unfinished, started);
  });
  await cp(started, folder, { recursive: true });
  return folder;
}

const makeDataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "gatehouse-e2e-"));

/** What the program prints when it is ready. */
interface Started {
  readonly setupUrl: string | null;
}

async function start(
  command: Command,
  dataFolder: string,
  settings: Readonly<Record<string, string>>,
  { keepsData = false } = {},
): Promise<RunningServer> {
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"],
    LOG_LEVEL: "warn",
    PORT: String(port),
    DATA_DIR: dataFolder,
    ...settings,
  };
  const child = spawn(process.execPath, ["--conditions=gatehouse-source", main, command, "--json"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const started = new Promise<Started>((resolve, reject) => {
    const read = (line: string): void => {
      lines.push(line);
      if (line.startsWith('{"url":')) resolve(JSON.parse(line) as Started);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", read);
    child.once("close", (code) => reject(new Error(`It ended with ${code}.`)));
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    if (!keepsData) await rm(dataFolder, { recursive: true, force: true });
  };
  const printed = (): string => lines.join("\n");
  try {
    const { setupUrl } = await started;
    const setupLink = (): string => {
      if (setupUrl === null) throw new Error(`The server printed no set-up link:\n${printed()}`);
      return setupUrl;
    };
    return { url, printed, setupLink, stop };
  } catch (error) {
    await stop();
    throw new Error(`The server did not start:\n${printed()}`, { cause: error });
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
