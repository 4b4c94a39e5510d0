/** The example panel with its Gatehouse, started as `npm run example` starts them, on free ports and in a temporary folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/testing/free-port.mjs";

const launcher = fileURLToPath(new URL("../../scripts/run.mjs", import.meta.url));

/** The password of everybody in the example. */
export const password = "correct horse battery staple";

/** Both, running. */
export interface RunningExample {
  readonly url: string;
  readonly gatehouseUrl: string;
  /** Kills Gatehouse alone, as a fault would. */
  readonly killGatehouse: () => Promise<void>;
  readonly process: ChildProcess;
  /** Asks both to end, waits until they have, and answers the exit code. */
  readonly stop: () => Promise<number | null>;
}

/** A run of the command: what it prints, and how it ends. */
export interface ExampleRun {
  readonly process: ChildProcess;
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
}

/** What the command is told. */
export interface ExampleSettings {
  readonly port: number;
  readonly panelPort: number;
  readonly folder: string;
}

/** Runs the command; it may still fail. */
export function runExample({ port, panelPort, folder }: ExampleSettings): ExampleRun {
  const env = {
    PATH: process.env["PATH"],
    PORT: String(port),
    EXAMPLE_PORT: String(panelPort),
    EXAMPLE_DATA_DIR: folder,
    // Whatever the machine's own settings say, the example keeps to its folder.
    DATABASE_URL: "postgresql://nobody@127.0.0.1:9/real",
    DATA_DIR: "/nowhere",
  };
  const child = spawn(process.execPath, [launcher, "example"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const ended = once(child, "close").then(() => child.exitCode);
  return { process: child, printed: () => lines.join("\n"), ended };
}

/** Starts both and waits until the command says so. */
export async function startExample(): Promise<RunningExample> {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-example-"));
  const settings = { port: await freePort(), panelPort: await freePort(), folder };
  const run = runExample(settings);
  const stop = async () => {
    run.process.kill("SIGTERM");
    const code = await run.ended;
    await rm(folder, { recursive: true, force: true });
    return code;
  };
  try {
    await untilRunning(run);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${settings.panelPort}`,
    gatehouseUrl: `http://127.0.0.1:${settings.port}`,
    killGatehouse: async () => {
      const note = await readFile(join(folder, "current", "gatehouse", "lock.json"), "utf8");
      process.kill(JSON.parse(note).pid, "SIGKILL");
    },
    process: run.process,
    stop,
  };
}

/** Waits until the command says that both run. */
export async function untilRunning({ process: child, printed }: ExampleRun): Promise<void> {
  const deadline = performance.now() + 90_000;
  while (!printed().includes("Ctrl-C stops both")) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`The example didn't get ready:\n${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
