/** Runs the program as its users do: a process of its own, with an environment of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Settings of a process; nothing else is in its environment. */
export type Settings = Readonly<Record<string, string>>;

/** A process that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs. */
export interface Program {
  readonly child: ChildProcess;
  /** Waits until stdout holds a match; throws when the process ends before. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** Starts `gatehouse …args`. Kill it when the test is done. */
export function startProgram(args: readonly string[], settings: Settings, stdin = ""): Program {
  const child = spawn(process.execPath, ["--conditions=gatehouse-source", entry, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], LOG_LEVEL: "warn", ...settings },
  });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
    for (const listener of listeners) listener();
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdin.on("error", () => undefined); // it may end without reading
  child.stdin.end(stdin);
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      for (const listener of listeners) listener();
    });
  });
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(stdout);
        if (found !== null) resolve(found);
        else if (child.exitCode === null && child.signalCode === null) return;
        else reject(new Error(`It ended without saying ${pattern}: ${stdout}${stderr}`));
        listeners.delete(look);
      };
      listeners.add(look);
      look();
    });
  return { child, said, ended };
}

/** Runs `gatehouse …args` to its end. */
export function runProgram(args: readonly string[], settings: Settings, stdin = ""): Promise<Ended> {
  return startProgram(args, settings, stdin).ended;
}

/** A server that listens. */
export interface ServedProgram {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts `gatehouse serve` without a worker on a PostgreSQL database, and waits until it listens. */
export async function startServing(databaseUrl: string, port?: number): Promise<ServedProgram> {
  const { child, said, ended } = startProgram(["serve"], {
    DATA_DIR: temporaryFolder(),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: "a secret key that only tests know, 32+",
    PORT: String(port ?? (await freePort())),
    WORKER: "off",
  });
  const [, url = ""] = await said(/is running at (\S+)\n/);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { url, child, stop };
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A folder for one test; whoever makes it removes it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "gatehouse-test-"));
}
