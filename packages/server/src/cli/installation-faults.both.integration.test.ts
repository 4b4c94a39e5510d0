import { afterAll, beforeAll, expect, test } from "vitest";
import { createMigratedStorage, type ProgramStorage, runProgram } from "../../test/program.ts";

let storage: ProgramStorage;
const other = { SECRET_KEY: "another secret key that only tests know" };

beforeAll(async () => {
  storage = await createMigratedStorage();
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
});
