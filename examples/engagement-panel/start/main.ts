/**
 * What `npm run example` runs: Gatehouse and the panel, each as a process of its own, until it is told to stop. The first
 * start sets the organization up; everything is kept in the data folder for the next.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { environment, readPort } from "../src/server/settings.ts";
import { owner, password, people } from "./people.ts";
import {
  endWith,
  type Place,
  type Server,
  serveGatehouse,
  stopProcess,
  untilReady,
} from "./run-gatehouse.ts";
import { gatehouseFolder, setUp } from "./set-up.ts";

const panelEntry = fileURLToPath(new URL("../src/server/main.ts", import.meta.url));

async function main(entry: string, told: AbortController): Promise<number> {
  const port = readPort("PORT", 3000);
  const panelPort = readPort("EXAMPLE_PORT", 4000);
  const data = resolve(environment["EXAMPLE_DATA_DIR"] ?? fileURLToPath(new URL("../data", import.meta.url)));
  await requireFree(port, "PORT");
  await requireFree(panelPort, "EXAMPLE_PORT");
  const folder = join(data, "current");
  if (!existsSync(folder)) {
    console.log("Setting up an organization for the example …");
    await setUp(data, { entry, port, signal: told.signal });
  }
  const gatehouse = await serveGatehouse({
    entry,
    port,
    folder: join(folder, gatehouseFolder),
    signal: told.signal,
  });
  try {
    const panel = await servePanel({ folder, port: panelPort, signal: told.signal }, gatehouse.url);
    try {
      announce(gatehouse.url, panel.url, folder);
      return await watch(gatehouse, panel, told.signal);
    } finally {
      await panel.stop();
    }
  } finally {
    await gatehouse.stop();
  }
}

/** Waits until somebody says so or the panel ends. Gatehouse may end before: to see that is what a panel has to be ready for. */
async function watch(gatehouse: Server, panel: Server, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const told = once(signal, "abort").then(() => "told" as const);
  const panelEnd = once(panel.process, "exit").then(() => "panel" as const);
  const gatehouseEnd = once(gatehouse.process, "exit").then(() => "gatehouse" as const);
  const first = await Promise.race([told, panelEnd, gatehouseEnd]);
  if (first === "told") return 0;
  if (first === "panel") return say("The example has ended, so Gatehouse is stopped too.");
  say("Gatehouse has ended. The example goes on and refuses everybody. Ctrl-C ends it.");
  await Promise.race([told, panelEnd]);
  return 1;
}

async function servePanel(
  { folder, port, signal }: Omit<Place, "entry">,
  gatehouseUrl: string,
): Promise<Server> {
  const child = spawn(process.execPath, [...process.execArgv, panelEntry], {
    env: { ...environment, EXAMPLE_DATA: folder, EXAMPLE_PORT: String(port), GATEHOUSE_URL: gatehouseUrl },
    stdio: ["ignore", "inherit", "inherit"],
  });
  endWith(signal, child);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/`, child);
  return { url, process: child, stop: () => stopProcess(child) };
}

/** @throws Error when somebody listens there already */
async function requireFree(port: number, setting: string): Promise<void> {
  const probe = createServer();
  const problem = once(probe.listen(port, "127.0.0.1"), "listening").then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
  const code = await problem;
  probe.close();
  if (code === null) return;
  const why =
    code === "EADDRINUSE" ? "is in use. Stop the other program, or set" : `can't be used (${code}). Set`;
  throw new Error(`Port ${port} ${why} ${setting} to another number.`);
}

function announce(gatehouseUrl: string, panelUrl: string, folder: string): void {
  const who = [owner, ...people].map(({ email, ...person }) => {
    const held = "roles" in person ? person.roles.join(", ") : "Owner: gives and takes roles in Gatehouse";
    return `  ${email.padEnd(24)}${held}`;
  });
  console.log(
    [
      `The example is running at    ${panelUrl}`,
      `Gatehouse is running at      ${gatehouseUrl}`,
      "",
      `Sign in, each in a browser profile of their own, with the password: ${password}`,
      ...who,
      "",
      `Kept in ${folder}. Delete that to begin anew. Ctrl-C stops both.`,
    ].join("\n"),
  );
}

function say(line: string): number {
  console.error(line);
  return 1;
}

const told = new AbortController();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => told.abort());
try {
  const [entry = ""] = process.argv.slice(2);
  process.exit(await main(entry, told));
} catch (error) {
  // What was begun ended because it was told to; nothing is wrong.
  if (told.signal.aborted) process.exit(0);
  process.exit(say(error instanceof Error ? error.message : String(error)));
}
