import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { type Command, CommandError, run, type Values } from "@gatehouse/cli";
import { beforeEach, expect, test } from "vitest";
import { DatabaseUnavailable } from "../db/database.ts";
import { ApiError } from "../errors/api-error.ts";
import { ConfigError } from "../url-settings.ts";
import { program } from "./main.ts";

let out: string[];
let err: string[];
let given: Values | null;
let runCommand: () => Promise<number>;
beforeEach(() => {
  [out, err, given] = [[], [], null];
  runCommand = async () => 0;
});

const commands: readonly Command[] = ["serve", "audit verify"].map((name) => ({
  name,
  summary: `Do ${name}`,
  options: { name: { type: "string", value: "NAME", help: "A name" } },
  run: (values) => {
    given = values;
    return runCommand();
  },
}));

const gatehouse = (line: string, showsStack = false) =>
  run(
    { ...program, commands },
    line.split(" ").filter((word) => word !== ""),
    { out: (text) => out.push(text), err: (text) => err.push(text) },
    showsStack,
  );

test("runs a command of one or two words with its options and returns its exit code", async () => {
  runCommand = async () => 3;
  expect(await gatehouse("audit verify --name x --json")).toBe(3);
  expect(given).toEqual({ name: "x", json: true });
  expect(err).toEqual([]);
});

test.for([
  ["", "Say which command to run. See: gatehouse --help"],
  ["sevre", 'There is no command "sevre". Did you mean serve? See: gatehouse --help'],
  ["sevre now --json", 'There is no command "sevre". Did you mean serve? See: gatehouse --help'],
  ["restore", 'There is no command "restore". See: gatehouse --help'],
  ["audit", "Say which command of audit to run: audit verify. See: gatehouse --help"],
  ["audit --json", "Say which command of audit to run: audit verify. See: gatehouse --help"],
  ["audit verfy", 'There is no command "audit verfy". Did you mean audit verify? See: gatehouse --help'],
  ["adit verify", 'There is no command "adit". Did you mean audit verify? See: gatehouse --help'],
  ["audit export", 'There is no command "audit export". audit has audit verify. See: gatehouse --help'],
  ["serve --nmae x", "Unknown option '--nmae'. Did you mean --name? See: gatehouse serve --help"],
  ["serve --colour", "Unknown option '--colour'. See: gatehouse serve --help"],
  ["serve x", "Unexpected argument 'x'. See: gatehouse serve --help"],
  ["serve --name", "Option '--name <value>' argument missing. See: gatehouse serve --help"],
])("rejects %j with one line and exit code 2, and runs nothing", async ([line, message]) => {
  expect(await gatehouse(line as string)).toBe(2);
  expect(err).toEqual([message]);
  expect(given).toBeNull();
});

test.each(["--version", "version"])("%s prints the version", async (line) => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(await gatehouse(line)).toBe(0);
  expect(await gatehouse(`${line} --json`)).toBe(0);
  expect(out).toEqual([manifest.version, JSON.stringify({ version: manifest.version })]);
});

test("-h prints the same help as --help, and a group of commands has its own", async () => {
  for (const line of ["--help", "-h", "audit verify --help", "audit verify -h", "audit --help", "audit -h"])
    expect(await gatehouse(line), line).toBe(0);
  expect([out[1], out[3], out[5]]).toEqual([out[0], out[2], out[4]]);
  expect(out[4]).toContain("  audit verify  Do audit verify");
  expect(out[4]).not.toContain("serve");
  expect([given, err]).toEqual([null, []]);
});

test("--help prints the help of the program or a command and runs nothing", async () => {
  expect(await gatehouse("--help")).toBe(0);
  expect(await gatehouse("audit verify --help")).toBe(0);
  expect(out[0]).toContain("  audit verify  Do audit verify");
  expect(out[1]).toMatch(
    /^Usage: gatehouse audit verify \[OPTIONS]\n\nDo audit verify\.\n\n {2}--name NAME {2}A name\n/,
  );
  expect(given).toBeNull();
});

test.for<[string, Error, string]>([
  ["an invalid setting", new ConfigError("PORT is wrong."), "PORT is wrong."],
  ["a command error", new CommandError("Do it\n differently."), "Do it differently."],
  ["an API error", new ApiError("email/invalid", { detail: "No address." }), "No address."],
  [
    "an unreachable database",
    new DatabaseUnavailable("x", { cause: new AggregateError([new Error("connect ECONNREFUSED ::1:1")]) }),
    "The database can't be reached: connect ECONNREFUSED ::1:1. Check DATABASE_URL and that the server is running.",
  ],
  [
    "a read-only database",
    new DatabaseUnavailable("x", { reason: "read-only" }),
    "The database is read-only: it takes no changes. Let DATABASE_URL lead to the primary server, and see that default_transaction_read_only is off.",
  ],
  [
    "a full disk",
    Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      path: "/data/lock",
    }),
    "The disk is full: /data/lock can't be written. Free some space and start again.",
  ],
  [
    "a folder of another user",
    Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", path: "/not/there" }),
    `/not/there can't be read and written by this user (${userInfo().username}). Run as its owner, give this user the right to, or choose another location; for data that is DATA_DIR.`,
  ],
  [
    "an unexpected error",
    new TypeError("x is not y"),
    "Something unexpected went wrong: x is not y. LOG_LEVEL=debug shows where.",
  ],
])("prints one line for %s and exits with 1", async ([, error, message]) => {
  runCommand = async () => {
    throw error;
  };
  expect(await gatehouse("serve")).toBe(1);
  expect(err).toEqual([message]);
  expect(await gatehouse("serve", true)).toBe(1);
  expect(err.at(-1)).toContain("run.test.ts");
});
