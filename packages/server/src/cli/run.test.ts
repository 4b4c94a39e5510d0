import { userInfo } from "node:os";
import { beforeEach, expect, test } from "vitest";
import { ConfigError } from "../config.ts";
import { DatabaseUnavailable } from "../database/database.ts";
import { Refusal } from "../http/refusal.ts";
import { type Command, CommandError, type Values } from "./command.ts";
import { run } from "./run.ts";

let out: string[];
let err: string[];
let given: Values | null;
let behave: () => Promise<number>;
beforeEach(() => {
  [out, err, given] = [[], [], null];
  behave = async () => 0;
});

const commands: readonly Command[] = ["serve", "audit verify"].map((name) => ({
  name,
  summary: `Do ${name}`,
  options: { name: { type: "string", value: "NAME", help: "A name" } },
  run: (values) => {
    given = values;
    return behave();
  },
}));

const gatehouse = (line: string, showsStack = false) =>
  run(
    commands,
    line.split(" ").filter((word) => word !== ""),
    { out: (text) => out.push(text), err: (text) => err.push(text) },
    showsStack,
  );

test("a command of one or two words is run with its options, and gives its exit code", async () => {
  behave = async () => 3;
  expect(await gatehouse("audit verify --name x --json")).toBe(3);
  expect(given).toEqual({ name: "x", json: true });
  expect(err).toEqual([]);
});

test.for([
  ["", "Say which command to run. See: gatehouse --help"],
  ["sevre", 'There is no command "sevre". See: gatehouse --help'],
  ["audit", 'There is no command "audit". See: gatehouse --help'],
  ["serve --nmae x", "Unknown option '--nmae'. See: gatehouse serve --help"],
  ["serve x", "Unexpected argument 'x'. See: gatehouse serve --help"],
  ["serve --name", "Option '--name <value>' argument missing. See: gatehouse serve --help"],
])("%j is not understood: one line, exit code 2, nothing is run", async ([line, words]) => {
  expect(await gatehouse(line as string)).toBe(2);
  expect(err).toEqual([words]);
  expect(given).toBeNull();
});

test("--help explains the program and each command, and runs nothing", async () => {
  expect(await gatehouse("--help")).toBe(0);
  expect(await gatehouse("audit verify --help")).toBe(0);
  expect(out[0]).toContain("  audit verify  Do audit verify");
  expect(out[1]).toMatch(
    /^Usage: gatehouse audit verify \[OPTIONS]\n\nDo audit verify\.\n\n {2}--name NAME {2}A name\n/,
  );
  expect(given).toBeNull();
});

test.for<[string, Error, string]>([
  ["a wrong setting", new ConfigError("PORT is wrong."), "PORT is wrong."],
  ["something to put right", new CommandError("Do it\n differently."), "Do it differently."],
  ["a refusal", new Refusal("email/invalid", { detail: "No address." }), "No address."],
  [
    "no database",
    new DatabaseUnavailable("x", { cause: new AggregateError([new Error("connect ECONNREFUSED ::1:1")]) }),
    "The database can't be reached: connect ECONNREFUSED ::1:1. Check DATABASE_URL and that the server is running.",
  ],
  [
    "a database that takes no changes",
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
    "a folder of somebody else's",
    Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", path: "/not/there" }),
    `/not/there can't be read and written by this user (${userInfo().username}). Run as its owner, give this user the right to, or name another place; for data that is DATA_DIR.`,
  ],
  [
    "a fault of ours",
    new TypeError("x is not y"),
    "Something unexpected went wrong: x is not y. LOG_LEVEL=debug shows where.",
  ],
])("%s is told in one line with exit code 1", async ([, error, words]) => {
  behave = async () => {
    throw error;
  };
  expect(await gatehouse("serve")).toBe(1);
  expect(err).toEqual([words]);
  expect(await gatehouse("serve", true)).toBe(1);
  expect(err.at(-1)).toContain("run.test.ts");
});
