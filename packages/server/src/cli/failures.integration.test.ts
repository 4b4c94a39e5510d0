import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyStorage, type EmptyStorage } from "../../test/create-empty-storage.ts";
import { runProgram } from "../../test/program.ts";

let storage: EmptyStorage;
beforeAll(async () => {
  storage = await createEmptyStorage();
});
afterAll(() => storage.remove());

const gatehouse = (args: readonly string[], stdin = "", settings: Record<string, string> = {}) =>
  runProgram(args, { ...storage.settings, ...settings }, stdin);

const setup =
  "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin".split(" ");

test.for<[string, string[], string, Record<string, string>, RegExp]>([
  ["a short password", setup, "short\n", {}, /^Use at least 12 characters/],
  ["an unknown setting", ["serve"], "", { GATEHOUSE_PROT: "1" }, /^GATEHOUSE_PROT is not a setting/],
  ["a bad setting", ["doctor"], "", { PORT: "abc" }, /^PORT is "abc"/],
  ["an unknown command", ["sevre"], "", {}, /^There is no command "sevre"/],
])("%s is said in one line, and the exit code is not 0", async ([, args, stdin, settings, words]) => {
  const { code, stdout, stderr } = await gatehouse(args, stdin, settings);
  expect(stdout).toBe("");
  expect(stderr).toMatch(words);
  expect(stderr.trimEnd()).not.toContain("\n");
  expect(code).toBeGreaterThan(0);
});

test("a catalogue that can't be used is refused with its place, before anything is written", async () => {
  const file = join(storage.settings.DATA_DIR, "catalogue.json");
  const catalogue = { campaigns: { label: "Campaigns", actions: { edit: { implies: ["veiw"] } } } };
  writeFileSync(file, JSON.stringify(catalogue));
  const { code, stderr } = await gatehouse([...setup, "--catalogue", file], "a sentence that nobody guesses");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The catalogue in .*catalogue\.json can't be used: .*veiw.*\n$/);
});

test("a port that is taken is said in one line", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(Number(storage.settings.PORT), "127.0.0.1", resolve);
  });
  const { code, stdout, stderr } = await gatehouse(["serve"]);
  await new Promise((resolve) => {
    other.close(resolve);
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^Port \d+ on 127\.0\.0\.1 is in use\. .*\n$/);
});

test("doctor masks every secret and names what doesn't work", async () => {
  const { code, stdout, stderr } = await gatehouse(["doctor"], "", {
    DATABASE_URL: "postgresql://gate:pw-of-the-database@127.0.0.1:1/gate?sslpassword=pw-of-the-key",
    SMTP_URL: "smtp://gate:pw-of-the-mail@127.0.0.1:1",
    SECRET_KEY: "pw-of-the-installation-0123456789",
    METRICS_TOKEN: "pw-of-the-metrics",
  });
  expect(code).toBe(1);
  expect(stdout + stderr).not.toContain("pw-of");
  expect(stdout).toMatch(/FAIL {2}database: The database can't be reached: connect ECONNREFUSED/);
  expect(stdout).toMatch(/FAIL {2}mail: The mail server can't be used: /);
  expect(stderr).toMatch(/^database, mail: not in order/);
});

test("a database that can't be reached stops the start with one line", async () => {
  const { code, stdout, stderr } = await gatehouse(["serve"], "", {
    DATABASE_URL: "postgresql://gate:pw-of-the-database@127.0.0.1:1/gate",
    SECRET_KEY: "0123456789abcdef0123456789abcdef",
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^The database can't be reached: connect ECONNREFUSED 127\.0\.0\.1:1\. .*\n$/);
});
