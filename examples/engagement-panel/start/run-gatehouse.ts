/** Runs Gatehouse's program as processes of their own, on the example's folder and nobody else's. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { environment } from "../src/server/settings.ts";

/** Where a Gatehouse is to run. */
export interface Place {
  /** Its program. */
  readonly entry: string;
  readonly port: number;
  readonly folder: string;
  /** Ends whatever is begun there. */
  readonly signal: AbortSignal;
}

/** Settings that would lead to somebody's real installation. */
const foreign = [
  "DATABASE_URL",
  "DATA_DIR",
  "SMTP_URL",
  "PUBLIC_URL",
  "SECRET_KEY",
  "HOST",
  "TRUSTED_PROXIES",
];

function environmentOf({ port, folder }: Place): NodeJS.ProcessEnv {
  const own = Object.entries(environment).filter(([name]) => !foreign.includes(name));
  return { ...Object.fromEntries(own), LOG_LEVEL: "warn", PORT: String(port), DATA_DIR: folder };
}

/** Starts a command. Node's own options, such as how modules are found, are ours. */
function start(place: Place, args: readonly string[], stdio: readonly ("pipe" | "ignore" | "inherit")[]) {
  place.signal.throwIfAborted();
  const child = spawn(process.execPath, [...process.execArgv, place.entry, ...args], {
    env: environmentOf(place),
    stdio: [...stdio],
  });
  endWith(place.signal, child);
  return child;
}

/** Ends a process when the signal comes. */
export function endWith(signal: AbortSignal, child: ChildProcess): void {
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end);
  child.once("exit", () => signal.removeEventListener("abort", end));
}

/** Runs a command to its end and answers what it printed. @throws Error with what it said */
export async function runGatehouse(place: Place, args: readonly string[], input: string): Promise<string> {
  const child = start(place, args, ["pipe", "pipe", "pipe"]);
  child.stdin?.end(input);
  const [out, err] = await Promise.all([readAll(child.stdout), readAll(child.stderr), ended(child)]);
  if (child.exitCode === 0) return out;
  throw new Error(err.trim() || `gatehouse ${args[0]} ended with ${child.exitCode}.`);
}

/** A server that runs. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until it is ready. @throws Error when it ends before */
export async function serveGatehouse(place: Place): Promise<Server> {
  const child = start(place, ["serve"], ["ignore", "ignore", "inherit"]);
  const url = `http://127.0.0.1:${place.port}`;
  await untilReady(`${url}/readyz`, child);
  return { url, process: child, stop: () => stopProcess(child) };
}

/** Waits until an address answers. @throws Error when the process ends before */
export async function untilReady(address: string, child: ChildProcess): Promise<void> {
  while (!isOver(child)) {
    const answer = await fetch(address).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("It ended before it was ready; its last line above says why.");
}

/** Asks a process to end and waits until it has. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  const end = ended(child);
  child.kill("SIGTERM");
  await end;
}

/** Whether a process has ended. */
function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (!isOver(child)) await once(child, "exit");
}

function readAll(stream: ChildProcess["stdout"]): Promise<string> {
  return stream === null ? Promise.resolve("") : text(stream);
}
