/**
 * Entry point of `npm run example`: runs Gatehouse and the panel as child processes until a signal. The first start sets up the
 * organization; the data folder keeps everything for the next start.
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
  killOnAbort,
  type ProcessOptions,
  type Server,
  serveGatehouse,
  stopProcess,
  waitUntilReady,
} from "./run-gatehouse.ts";
import { gatehouseFolder, setUp } from "./set-up.ts";

const panelEntry = fileURLToPath(new URL("../src/server/main.ts", import.meta.url));

async function main(entry: string, stopping: AbortController): Promise<number> {
  const port = readPort("PORT", 3000);
  const panelPort = readPort("EXAMPLE_PORT", 4000);
  const data = resolve(environment["EXAMPLE_DATA_DIR"] ?? fileURLToPath(new URL("../data", import.meta.url)));
  await assertPortFree(port, "PORT");
  await assertPortFree(panelPort, "EXAMPLE_PORT");
  const folder = join(data, "current");
  if (!existsSync(folder)) {
    console.log("Setting up an organization for the example …");
    await setUp(data, { entry, port, signal: stopping.signal });
  }
  const gatehouse = await serveGatehouse({
    entry,
    port,
    folder: join(folder, gatehouseFolder),
    signal: stopping.signal,
  });
  try {
    const panel = await startPanel({ folder, port: panelPort, signal: stopping.signal }, gatehouse.url);
    try {
      printAddresses(gatehouse.url, panel.url, folder);
      return await waitForEnd(gatehouse, panel, stopping.signal);
    } finally {
      await panel.stop();
    }
  } finally {
    await gatehouse.stop();
  }
}

/** Waits for a signal or the end of the panel. Gatehouse may end earlier, to show how the panel behaves without it. */
async function waitForEnd(gatehouse: Server, panel: Server, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const aborted = once(signal, "abort").then(() => "aborted" as const);
  const panelEnd = once(panel.process, "exit").then(() => "panel" as const);
  const gatehouseEnd = once(gatehouse.process, "exit").then(() => "gatehouse" as const);
  const first = await Promise.race([aborted, panelEnd, gatehouseEnd]);
  if (first === "aborted") return 0;
  if (first === "panel") return printError("The example has ended, so Gatehouse is stopped too.");
  printError("Gatehouse has ended. The example keeps running and denies every request. Ctrl-C stops it.");
  await Promise.race([aborted, panelEnd]);
  return 1;
}

async function startPanel(
  { folder, port, signal }: Omit<ProcessOptions, "entry">,
  gatehouseUrl: string,
): Promise<Server> {
  const child = spawn(process.execPath, [...process.execArgv, panelEntry], {
    env: { ...environment, EXAMPLE_DATA: folder, EXAMPLE_PORT: String(port), GATEHOUSE_URL: gatehouseUrl },
    stdio: ["ignore", "inherit", "inherit"],
  });
  killOnAbort(signal, child);
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/`, child);
  return { url, process: child, stop: () => stopProcess(child) };
}

/** @throws Error if the port is in use */
async function assertPortFree(port: number, setting: string): Promise<void> {
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

function printAddresses(gatehouseUrl: string, panelUrl: string, folder: string): void {
  const users = [owner, ...people].map(({ email, ...person }) => {
    const held = "roles" in person ? person.roles.join(", ") : "Owner: manages roles in Gatehouse";
    return `  ${email.padEnd(24)}${held}`;
  });
  console.log(
    [
      `The example is running at    ${panelUrl}`,
      `Gatehouse is running at      ${gatehouseUrl}`,
      "",
      `Sign in (each user in a separate browser profile) with the password: ${password}`,
      ...users,
      "",
      `Data: ${folder}. Delete it to start over. Ctrl-C stops both.`,
    ].join("\n"),
  );
}

function printError(line: string): number {
  console.error(line);
  return 1;
}

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
try {
  const [entry = ""] = process.argv.slice(2);
  process.exit(await main(entry, stopping));
} catch (error) {
  // The processes were stopped by a signal; this is not an error.
  if (stopping.signal.aborted) process.exit(0);
  process.exit(printError(error instanceof Error ? error.message : String(error)));
}
