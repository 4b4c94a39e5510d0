/** What every command of both programs has in common: `--help`, `--json`, exit codes, and one line for an error. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { run } from "@gatehouse/cli";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../scripts/testing/free-port.mjs";
import {
  createEmptyStorage,
  createMigratedStorage,
  type ExitedProgram,
  giveSecondFactor,
  type ProgramStorage,
  runProgram,
  type Settings,
  startProgram,
} from "../../test/program.ts";
import { loadCommands } from "./load-commands.ts";
import { program } from "./main.ts";

const overHttp = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));
const owner = ["--owner-email", "ada@example.test", "--owner-name", "Ada", "--owner-password-stdin"];
const password = "a sentence that nobody guesses\n";
const commands = await loadCommands(["--help"]);

let storage: ProgramStorage;
/** An empty database, for commands that fill one. */
let empty: ProgramStorage;
let apiKey: string;
let organizationId: string;
let url: string;

beforeAll(async () => {
  [storage, empty] = await Promise.all([createMigratedStorage(), createEmptyStorage()]);
  const set = await runProgram(["setup", "--organization", "Acme", ...owner], storage.settings, password);
  ({ apiKey, organizationId } = JSON.parse(set.stdout));
  const server = startProgram(["serve"], storage.settings);
  [, url = ""] = await server.waitForOutput(/is running at (\S+)\n/);
  writeFileSync(file("people.csv"), "email,name\nege@example.test,Ege\n");
  writeFileSync(file("permissions.json"), "{}");
  return async () => {
    server.child.kill("SIGTERM");
    await server.exited;
  };
});
afterAll(() => Promise.all([storage.remove(), empty.remove()]));

const file = (name: string): string => join(storage.settings.DATA_DIR, name);

/** Runs `gatehouse-cli`. */
async function runOverHttp(args: readonly string[], env: Settings): Promise<ExitedProgram> {
  const child = spawn(process.execPath, ["--conditions=gatehouse-source", overHttp, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** The arguments with which each command of `gatehouse` succeeds, in an order in which they can run. */
const successes: readonly (readonly [name: string, ...args: string[]])[] = [
  ["migrate"],
  ["doctor"],
  ["health"],
  ["organizations list"],
  ["organizations create", "--organization", "Lodos", ...owner.slice(0, 4)],
  ["organizations suspend", "ID"],
  ["organizations delete", "ID", "--name", "Acme"],
  ["organizations restore", "ID"],
  ["catalogue push", "permissions.json", "--organization", "ID"],
  ["catalogue show", "--organization", "ID"],
  ["users import", "people.csv", "--as", "users", "--organization", "ID"],
  ["users export", "--organization", "ID"],
  ["invitations create", "can@example.test", "--roles", "Viewer", "--organization", "ID"],
  ["account reset-password", "ada@example.test"],
  ["account remove-second-factors", "ada@example.test"],
  ["audit verify"],
  ["backup", "all.backup"],
  ["completion", "bash"],
];

/** Those that serve until they get a signal, and those that need an empty database. */
const others = ["serve", "worker", "demo", "setup", "restore", "move"];

test("the tables below have every command", () => {
  const tested = [...successes.map(([name]) => name), ...others];
  expect(tested.toSorted()).toEqual([...commands.map(({ name }) => name), "completion"].toSorted());
});

test.each([...commands.map(({ name }) => name), "completion"])(
  "gatehouse %s has --help and --json, and rejects an unknown option",
  async (name) => {
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
    const call = (...args: string[]) =>
      run({ ...program, commands }, [...name.split(" "), ...args], terminal);
    expect(await call("--help")).toBe(0);
    expect(out.join("\n")).toMatch(new RegExp(`^Usage: gatehouse ${name}\\b[^]*--json`));
    expect(err).toEqual([]);
    expect(await call("--no-such-option")).toBe(2);
    expect(err).toEqual([expect.stringMatching(/^Unknown option '--no-such-option'\..* --help$/)]);
  },
);

const groups = new Set(
  commands.map(({ name }) => name.split(" ")).flatMap(([first, second]) => (second ? [first] : [])),
);
test.each([...groups])("the group %s lists its commands, and is no command", async (group = "") => {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  expect(await run({ ...program, commands }, [group, "--help"], terminal)).toBe(0);
  for (const { name } of commands.filter((command) => command.name.startsWith(`${group} `)))
    expect(out.join("\n")).toContain(`  ${name}  `);
  expect(await run({ ...program, commands }, [group, "--json"], terminal)).toBe(2);
  expect(err).toHaveLength(1);
});

test("with --json every command prints JSON alone and exits with 0", async () => {
  const settings = { ...storage.settings, PORT: String(await freePort()) };
  for (const [name, ...args] of successes) {
    const given = args.map((arg) =>
      /\.(?:csv|json|backup)$/.test(arg) ? file(arg) : arg === "ID" ? organizationId : arg,
    );
    if (name === "account remove-second-factors") await giveSecondFactor(storage, "ada@example.test");
    const where = name === "health" ? storage.settings : settings;
    const result = await runProgram([...name.split(" "), ...given, "--json"], where);
    expect(result, name).toMatchObject({ code: 0, stderr: "" });
    for (const line of result.stdout.trim().split("\n")) expect(() => JSON.parse(line), name).not.toThrow();
  }
}, 300_000);

test("set-up, restore and move fill an empty database, and print JSON alone", async () => {
  const expectJson = ({ code, stdout, stderr }: ExitedProgram) => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  };
  const saved = file("own.backup");
  expect((await runProgram(["backup", saved], storage.settings)).code).toBe(0);
  expectJson(await runProgram(["restore", saved, "--json"], empty.settings));
  const embedded = { DATA_DIR: file("embedded"), PORT: storage.settings.PORT };
  mkdirSync(embedded.DATA_DIR);
  expectJson(await runProgram(["setup", "--organization", "Acme", ...owner, "--json"], embedded, password));
  const target = await createEmptyStorage();
  onTestFinished(target.remove);
  const to = target.settings["DATABASE_URL"] ?? "";
  expectJson(await runProgram(["move", "--to", to, "--json"], embedded));
}, 300_000);

test.each(["serve", "worker", "demo"])(
  "gatehouse %s --json prints JSON, and exits with 0 on SIGTERM",
  async (name) => {
    const target = name === "demo" ? await createEmptyStorage() : storage;
    if (name === "demo") onTestFinished(target.remove);
    const { child, waitForOutput, exited } = startProgram([name, "--json"], {
      ...target.settings,
      PORT: String(await freePort()),
      LOG_LEVEL: "silent",
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = await waitForOutput(/\{.*\}\n/);
    expect(() => JSON.parse(line)).not.toThrow();
    child.kill("SIGTERM");
    expect(await exited).toMatchObject({ code: 0, stderr: "" });
  },
  300_000,
);

test("when the database can't be reached, every command that needs it exits with 1 and one line", async () => {
  const settings = {
    ...storage.settings,
    DATABASE_URL: "postgresql://127.0.0.1:1/none",
    PORT: String(await freePort()),
  };
  const all = [...successes, ...others.map((name) => [name] as const)];
  const withoutDatabase = new Set([
    "completion",
    "doctor",
    "setup",
    "restore",
    "move",
    "users import",
    "catalogue push",
  ]);
  for (const [name, ...args] of all.filter(([one]) => !withoutDatabase.has(one))) {
    const result = await runProgram([...name.split(" "), ...args, "--json"], settings);
    expect(result, name).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr, name).toMatch(/^.+\n$/);
  }
}, 300_000);

test.each([
  ["users list"],
  ["users export"],
  ["users import", "people.csv", "--as", "users"],
  ["catalogue push", "permissions.json", "--drop-all"],
  ["completion", "zsh"],
])("gatehouse-cli %s has --help, --json and exit codes", async (name, ...args) => {
  const env = { GATEHOUSE_URL: url, GATEHOUSE_API_KEY: apiKey };
  const words = [...name.split(" "), ...args.map((arg) => (/\.(?:csv|json)$/.test(arg) ? file(arg) : arg))];
  const [help, result, wrong, unreachable] = await Promise.all([
    runOverHttp([...name.split(" "), "-h"], {}),
    runOverHttp([...words, "--json"], env),
    runOverHttp([...words, "--no-such-option"], env),
    runOverHttp([...words, "--json"], { ...env, GATEHOUSE_URL: "http://127.0.0.1:1" }),
  ]);
  expect(help).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("--json") });
  expect(result).toMatchObject({ code: 0, stderr: "" });
  for (const line of result.stdout.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
  expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^.+\n$/) });
  if (name !== "completion")
    expect(unreachable).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^.+\n$/) });
});

test("the table above has every command of gatehouse-cli", async () => {
  const { stdout } = await runOverHttp(["--help"], {});
  const listed = [...stdout.matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([
    "catalogue push",
    "completion",
    "users export",
    "users import",
    "users list",
  ]);
  const version: string = JSON.parse(readFileSync(join(overHttp, "../../package.json"), "utf8")).version;
  expect((await runOverHttp(["--version"], {})).stdout).toBe(`${version}\n`);
});
