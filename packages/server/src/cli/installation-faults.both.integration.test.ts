import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyStorage, type EmptyStorage, runProgram, temporaryFolder } from "../../test/program.ts";

let storage: EmptyStorage;
const other = { SECRET_KEY: "another secret key that only tests know" };

beforeAll(async () => {
  storage = await createEmptyStorage();
  const { code, stderr } = await gatehouse(setup, "a sentence that nobody guesses\n");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
afterAll(() => storage.remove());

const setup =
  "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin".split(" ");

const gatehouse = (args: readonly string[], stdin = "", settings: Record<string, string> = {}) =>
  runProgram(args, { ...storage.settings, ...settings }, stdin);

const refused = { code: 1, stdout: "" };

test.for(["worker", "serve"])(
  "%s refuses to start with another secret key and prints one line",
  async (command) => {
    const ended = await gatehouse([command], "", other);
    expect(ended).toMatchObject(refused);
    expect(ended.stderr).toMatch(
      /^SECRET_KEY is not the one that this installation was started with\. .*gatehouse migrate --accept-secret-key .*\n$/,
    );
  },
);

test("doctor reports a different secret key and writes none", async () => {
  const { code, stdout } = await gatehouse(["doctor"], "", other);
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL {2}database: SECRET_KEY is not the one/);
});

test("migrate --accept-secret-key replaces the key of the installation", async () => {
  expect(await gatehouse(["migrate", "--accept-secret-key"], "", other)).toMatchObject({
    code: 0,
    stderr: "",
  });
  const before = await gatehouse(["doctor"]);
  expect(before.code).toBe(1);
  expect(before.stdout).toMatch(/is not the one that this installation was started with/);
  expect((await gatehouse(["doctor"], "", other)).code).toBe(0);
  expect((await gatehouse(["migrate", "--accept-secret-key"])).code).toBe(0);
  expect((await gatehouse(["doctor"])).code).toBe(0);
}, 120_000);

test("refuses to start when the key file is missing and creates no new one", async () => {
  const own = temporaryFolder();
  const embedded = { DATA_DIR: own, PORT: storage.settings.PORT };
  const file = join(own, "secret-key");
  try {
    const made = await runProgram(setup, embedded, "a sentence that nobody guesses\n");
    expect(made.code).toBe(0);
    renameSync(file, `${file}.away`);
    const ended = await runProgram(["serve"], embedded);
    expect(ended).toMatchObject(refused);
    expect(ended.stderr).toMatch(/^The secret key is missing: .* Restore the file/);
    expect(existsSync(file)).toBe(false);
    renameSync(`${file}.away`, file);
    expect((await runProgram(["doctor"], embedded)).code).toBe(0);
  } finally {
    rmSync(own, { recursive: true, force: true, maxRetries: 3 });
  }
}, 120_000);
