/** Starts the real program, as `npm start` does, with a temporary data folder, a free port and a database. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  asSuperuser,
  createDatabaseOnServer,
  postgresTemplate,
  provideTemplate,
  serverUrl,
} from "../../packages/server/test/database-template.ts";
import { freePort } from "../../scripts/testing/free-port.mjs";

const sources = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));

/** The bundle of the sources that scripts/testing/vitest-setup.mjs prepares; without it, the sources. */
const main = process.env["GATEHOUSE_TEST_PROGRAM"] ?? sources;

const secretKey = "a secret key that only tests know, 32+";

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

/** The database of a server: on PostgreSQL each has a copy of a prepared one. `embedded` is in the data folder, as for `npm start`. */
export type TestedEngine = "PostgreSQL" | "embedded";

/** On PostgreSQL, servers take half as long to start and to respond. Programs that aren't tests have no PostgreSQL. */
const usualEngine = process.env["GATEHOUSE_TEST_ENGINE"] === "postgres" ? "PostgreSQL" : "embedded";

/** Starts `gatehouse serve` with these settings on top of a clean environment, and waits until it is ready. */
export async function startServer(
  settings: Readonly<Record<string, string>> = {},
  engine: TestedEngine = usualEngine,
): Promise<RunningServer> {
  if (engine === "embedded" || settings["DATABASE_URL"] !== undefined) return start("serve", settings);
  return startOnCopy("serve", await postgresTemplate(), settings);
}

/** Starts `gatehouse demo` with its 5,000 users. */
export async function startDemo(engine: TestedEngine = usualEngine): Promise<RunningServer> {
  if (engine === "embedded") return start("demo");
  return startOnCopy("demo", await provideDemo());
}

/** The name of a database that `gatehouse demo` has filled. */
async function provideDemo(): Promise<string> {
  return provideTemplate("gatehouse_demo", await postgresTemplate(), async (url) => {
    const server = await start("demo", { DATABASE_URL: url, SECRET_KEY: secretKey });
    await server.stop();
    await asSuperuser(url, (client) => client.query("VACUUM ANALYZE"));
  });
}

async function startOnCopy(
  command: Command,
  template: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const name = `e2e_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name, template);
  const server = await start(command, { DATABASE_URL: url, SECRET_KEY: secretKey, ...settings });
  return {
    ...server,
    async stop() {
      await server.stop();
      await asSuperuser(serverUrl(), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** What the program prints when it is ready. */
interface Started {
  readonly setupUrl: string | null;
}

async function start(
  command: Command,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const [port, dataFolder] = [await freePort(), await mkdtemp(join(tmpdir(), "gatehouse-e2e-"))];
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
    await rm(dataFolder, { recursive: true, force: true });
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
