/** Runs `gatehouse` as a child process with its own environment. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import {
  asSuperuser,
  createDatabaseOnServer,
  postgresTemplate,
  serverUrl,
  toDatabaseUrl,
} from "./database-template.ts";
import { engineUnderTest } from "./test-database.ts";

const sources = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The bundle of the sources that scripts/testing/vitest-setup.mjs prepares; without it, the sources. */
export const entry = process.env["GATEHOUSE_TEST_PROGRAM"] ?? sources;

/** Optimizing the embedded database's machine code takes a second of processor time: more than it saves in a short run. */
export const withoutOptimization = "--liftoff-only";

/** Settings of a process; nothing else is in its environment. */
export type Settings = Readonly<Record<string, string>>;

/** A process that has exited. */
export interface ExitedProgram {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process. */
export interface Program {
  readonly child: ChildProcess;
  /** Waits until stdout holds a match; throws when the process ends before. */
  readonly waitForOutput: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly exited: Promise<ExitedProgram>;
}

/** Starts `gatehouse …args`. Kill it when the test is done. */
export function startProgram(args: readonly string[], settings: Settings, stdin = ""): Program {
  const options = settings["DATABASE_URL"] === undefined ? [withoutOptimization] : [];
  const child = spawn(process.execPath, [...options, "--conditions=gatehouse-source", entry, ...args], {
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
  child.stdin.on("error", () => undefined); // the program may exit without reading
  child.stdin.end(stdin);
  const exited = new Promise<ExitedProgram>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
      for (const listener of listeners) listener();
    });
  });
  const waitForOutput = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = pattern.exec(stdout);
        if (found !== null) resolve(found);
        else if (child.exitCode === null && child.signalCode === null) return;
        else reject(new Error(`The program exited without printing ${pattern}: ${stdout}${stderr}`));
        listeners.delete(check);
      };
      listeners.add(check);
      check();
    });
  return { child, waitForOutput, exited };
}

/** Runs `gatehouse …args` until it exits. */
export function runProgram(args: readonly string[], settings: Settings, stdin = ""): Promise<ExitedProgram> {
  return startProgram(args, settings, stdin).exited;
}

/** Runs `gatehouse …args` as `npm run gatehouse` does, in the folder `cwd`. */
export function runLauncher(
  args: readonly string[],
  settings: Settings,
  cwd: string,
): Promise<ExitedProgram> {
  const launcher = fileURLToPath(new URL("../../../scripts/run.mjs", import.meta.url));
  const child = spawn(process.execPath, [launcher, "gatehouse", ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...settings },
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk) => {
      output[name] += chunk;
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts `gatehouse serve` without a worker on a PostgreSQL database, and waits until it listens. */
export async function startServer(databaseUrl: string, port?: number): Promise<RunningServer> {
  const { child, waitForOutput, exited } = startProgram(["serve"], {
    DATA_DIR: temporaryFolder(),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: "a secret key that only tests know, 32+",
    PORT: String(port ?? (await freePort())),
    WORKER: "off",
  });
  const [, url = ""] = await waitForOutput(/is running at (\S+)\n/);
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  return { url, child, stop };
}

/** A folder for one test. The caller removes it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "gatehouse-test-"));
}

/** Settings for a program with a database. */
export interface ProgramStorage {
  /** `DATA_DIR`, `PORT` and, on PostgreSQL, `DATABASE_URL` and `SECRET_KEY`. */
  readonly settings: Settings & { readonly DATA_DIR: string; readonly PORT: string };
  readonly remove: () => Promise<void>;
}

/** Creates an empty database on the engine under test. */
export function createEmptyStorage(): Promise<ProgramStorage> {
  return createStorage();
}

/** Creates a database without an organization. On PostgreSQL it is migrated, which takes a second. */
export async function createMigratedStorage(): Promise<ProgramStorage> {
  return createStorage(engineUnderTest() === "embedded" ? undefined : await postgresTemplate());
}

async function createStorage(template?: string): Promise<ProgramStorage> {
  const folder = temporaryFolder();
  const common = { DATA_DIR: folder, PORT: String(await freePort()) };
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (engineUnderTest() === "embedded") return { settings: common, remove: async () => removeFolder() };
  const name = `program_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name, template);
  return {
    settings: { ...common, DATABASE_URL: url, SECRET_KEY: "a secret key that only tests know, 32+" },
    remove: async () => {
      removeFolder();
      await asSuperuser(serverUrl(), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** Gives an account on PostgreSQL an authenticator app, directly in the database. Nobody knows its secret. */
export async function giveSecondFactor({ settings }: ProgramStorage, email: string): Promise<void> {
  const database = new URL(settings["DATABASE_URL"] ?? "").pathname.slice(1);
  await asSuperuser(toDatabaseUrl(serverUrl(), database), (client) =>
    client.query(
      `INSERT INTO account_totp (account_id, secret, created_at, enabled_at)
       SELECT account_id, 's', now(), now() FROM accounts WHERE email = $1`,
      [email],
    ),
  );
}
