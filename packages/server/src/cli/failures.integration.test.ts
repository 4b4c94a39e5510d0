import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedStorage, type ProgramStorage, runProgram } from "../../test/program.ts";

let storage: ProgramStorage;
beforeAll(async () => {
  storage = await createMigratedStorage();
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
])("prints one line for %s and exits with a non-zero code", async ([, args, stdin, settings, message]) => {
  const { code, stdout, stderr } = await gatehouse(args, stdin, settings);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain("\n");
  expect(code).toBeGreaterThan(0);
});

test("reports an invalid catalogue with its location before anything is written", async () => {
  const file = join(storage.settings.DATA_DIR, "catalogue.json");
  const catalogue = { campaigns: { label: "Campaigns", actions: { edit: { implies: ["veiw"] } } } };
  writeFileSync(file, JSON.stringify(catalogue));
  const { code, stderr } = await gatehouse([...setup, "--catalogue", file], "a sentence that nobody guesses");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The catalogue in .*catalogue\.json can't be used: .*veiw.*\n$/);
});

test("reports a port in use in one line", async () => {
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

test("doctor masks every secret and reports what doesn't work", async () => {
  const { code, stdout, stderr } = await gatehouse(["doctor"], "", {
    DATABASE_URL: "postgresql://gate:pw-of-the-database@127.0.0.1:1/gate?sslpassword=pw-of-the-key",
    SMTP_URL: "smtp://gate:pw-of-the-mail@127.0.0.1:1",
    SECRET_KEY: "pw-of-the-installation-0123456789",
    METRICS_TOKEN: "pw-of-the-metrics",
  });
  expect(code).toBe(1);
  expect(stdout + stderr).not.toContain("pw-of");
  expect(stdout).toMatch(/FAIL {2}database: The database can't be reached: connect ECONNREFUSED/);
  expect(stdout).toMatch(
    /FAIL {2}mail: The mail server could not be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. Check SMTP_URL/,
  );
  expect(stderr).toMatch(/^database, mail: not in order/);
});

test("reports an unreachable database in one line", async () => {
  const { code, stdout, stderr } = await gatehouse(["serve"], "", {
    DATABASE_URL: "postgresql://gate:pw-of-the-database@127.0.0.1:1/gate",
    SECRET_KEY: "0123456789abcdef0123456789abcdef",
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^The database can't be reached: connect ECONNREFUSED 127\.0\.0\.1:1\. .*\n$/);
});
