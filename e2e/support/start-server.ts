/** The real program, started as `npm start` starts it, on a folder and a port of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));

/** A running server. */
export interface RunningServer {
  readonly url: string;
  /** What it printed so far. */
  readonly printed: () => string;
  /** The one-time link that it printed, on a database without an organization. */
  readonly setupLink: () => string;
  /** Asks it to end, and waits until it has. */
  readonly stop: () => Promise<void>;
}

/** Starts `gatehouse <command>` with these settings on top of a clean environment, and waits until it is ready. */
export async function startServer(
  settings: Readonly<Record<string, string>> = {},
  command = "serve",
): Promise<RunningServer> {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), "gatehouse-e2e-"));
  const env = {
    PATH: process.env["PATH"],
    LOG_LEVEL: "warn",
    PORT: String(port),
    DATA_DIR: dataDir,
    ...settings,
  };
  const child = spawn(process.execPath, ["--conditions=gatehouse-source", main, command], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw new Error(`The server didn't get ready:\n${lines.join("\n")}`, { cause: error });
  }
  const printed = (): string => lines.join("\n");
  const setupLink = (): string => {
    const link = /http:\S+\/setup#\S+/.exec(printed())?.[0];
    if (link === undefined) throw new Error(`The server printed no set-up link:\n${printed()}`);
    return link;
  };
  return { url, printed, setupLink, stop };
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

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** A port of this machine that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}
