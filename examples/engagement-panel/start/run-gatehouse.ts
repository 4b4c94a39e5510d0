/** Runs Gatehouse as child processes with the example's data folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { environment } from "../src/server/settings.ts";

/** How Gatehouse runs. */
export interface ProcessOptions {
  /** Gatehouse's entry file. */
  readonly entry: string;
  readonly port: number;
  readonly folder: string;
  /** Stops the processes. */
  readonly signal: AbortSignal;
}

/** Environment variables that could point to a real installation. */
const excludedVariables = [
  "DATABASE_URL",
  "DATA_DIR",
  "SMTP_URL",
  "PUBLIC_URL",
  "SECRET_KEY",
  "HOST",
  "TRUSTED_PROXIES",
];

function getEnvironment({ port, folder }: ProcessOptions): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => !excludedVariables.includes(name));
  return { ...Object.fromEntries(own), LOG_LEVEL: "warn", PORT: String(port), DATA_DIR: folder };
}

/** Starts a command with this process's Node options. */
function start(
  options: ProcessOptions,
  args: readonly string[],
  stdio: readonly ("pipe" | "ignore" | "inherit")[],
) {
  options.signal.throwIfAborted();
  const child = spawn(process.execPath, [...process.execArgv, options.entry, ...args], {
    env: getEnvironment(options),
    stdio: [...stdio],
  });
  killOnAbort(options.signal, child);
  return child;
}

/** Stops a process when the signal aborts. */
export function killOnAbort(signal: AbortSignal, child: ChildProcess): void {
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end);
  child.once("exit", () => signal.removeEventListener("abort", end));
}

/** Runs a command and returns its output. @throws Error with its error output */
export async function runGatehouse(
  options: ProcessOptions,
  args: readonly string[],
  input: string,
): Promise<string> {
  const child = start(options, args, ["pipe", "pipe", "pipe"]);
  child.stdin?.end(input);
  const [out, err] = await Promise.all([readAll(child.stdout), readAll(child.stderr), waitForExit(child)]);
  if (child.exitCode === 0) return out;
  throw new Error(err.trim() || `gatehouse ${args[0]} ended with ${child.exitCode}.`);
}

/** A running server. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until it is ready. @throws Error if it exits before */
export async function serveGatehouse(options: ProcessOptions): Promise<Server> {
  const child = start(options, ["serve"], ["ignore", "ignore", "inherit"]);
  const url = `http://127.0.0.1:${options.port}`;
  await waitUntilReady(`${url}/readyz`, child);
  return { url, process: child, stop: () => stopProcess(child) };
}

/** Waits until a URL responds. @throws Error if the process exits before */
export async function waitUntilReady(address: string, child: ChildProcess): Promise<void> {
  while (!hasExited(child)) {
    // Another program may have taken the port and never answer.
    const answer = await fetch(address, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("It exited before it was ready; see its last line above.");
}

/** Stops a process and waits for its exit. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  const end = waitForExit(child);
  child.kill("SIGTERM");
  await end;
}

/** Whether a process has exited. */
function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function waitForExit(child: ChildProcess): Promise<void> {
  if (!hasExited(child)) await once(child, "exit");
}

function readAll(stream: ChildProcess["stdout"]): Promise<string> {
  return stream === null ? Promise.resolve("") : text(stream);
}
