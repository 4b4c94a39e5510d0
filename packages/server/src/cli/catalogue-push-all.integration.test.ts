/** `catalogue push --all`: in the database, and through a running server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { operatorToken } from "../../test/operator-steps.ts";
import {
  createMigratedStorage,
  type ExitedProgram,
  type ProgramStorage,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../../test/program.ts";

const overHttp = fileURLToPath(new URL("../../../cli/src/main.ts", import.meta.url));

let storage: ProgramStorage;
const folder = temporaryFolder();
const file = join(folder, "permissions.json");
beforeAll(async () => {
  storage = await createMigratedStorage();
  writeFileSync(file, JSON.stringify({ orders: { label: "Orders", actions: { view: {}, refund: {} } } }));
  expect(await create("setup", "Acme", "none")).toMatchObject({ code: 0 });
  expect(await create("organizations create", "Lodos", file)).toMatchObject({ code: 0 });
  expect(await create("organizations create", "Poyraz", "example")).toMatchObject({ code: 0 });
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await storage.remove();
});

const gatehouse = (args: readonly string[], stdin = "") => runProgram(args, storage.settings, stdin);
const create = (command: string, name: string, catalogue?: string) =>
  gatehouse(
    [
      ...command.split(" "),
      ...["--organization", name, "--owner-email", "ada@example.test", "--owner-name", "Ada"],
      ...["--owner-password-stdin", ...(catalogue === undefined ? [] : ["--catalogue", catalogue])],
    ],
    "a sentence that nobody guesses",
  );
const push = async (path: string, ...options: readonly string[]) => {
  const { code, stdout } = await gatehouse(["catalogue", "push", path, "--all", "--json", ...options]);
  return [code, JSON.parse(stdout)];
};

test("pushes to every organization, and an organization whose roles use what is removed doesn't stop the others", async () => {
  const failed = [expect.objectContaining({ code: "permissions/in-use" })];
  expect(await push(file, "--dry-run")).toEqual([
    0,
    { total: 3, changed: 1, same: 1, failed, pushed: false },
  ]);
  expect(await push(file)).toEqual([1, { total: 3, changed: 1, same: 1, failed, pushed: true }]);
  expect(await push(file, "--drop-all")).toEqual([
    0,
    { total: 3, changed: 1, same: 2, failed: [], pushed: true },
  ]);
  expect(await push(file, "--check")).toEqual([
    0,
    { total: 3, changed: 0, same: 3, failed: [], pushed: false },
  ]);
  const mixed = await gatehouse(["catalogue", "push", file, "--all", "--organization", "x"]);
  expect(mixed).toMatchObject({ code: 1, stderr: "--all and --organization can't be used together.\n" });
}, 300_000);

test("pushes the roles that a module exports beside its permissions, and new organizations start with them", async () => {
  const module = join(folder, "permissions.ts");
  const roles = [{ key: "agent", name: "Agent", permissions: ["orders:view"] }];
  writeFileSync(
    module,
    `export const permissions = { orders: { label: "Orders", actions: { view: {}, refund: {} } } };
     export const roles = ${JSON.stringify(roles)};`,
  );
  expect(await push(module, "--check")).toMatchObject([1, { changed: 3, pushed: false }]);
  expect(await push(module)).toEqual([0, { total: 3, changed: 3, same: 0, failed: [], pushed: true }]);
  expect(await push(module, "--check")).toMatchObject([0, { changed: 0, same: 3 }]);
  // Without roles in the file they stay; only an empty list removes them.
  expect(await push(file, "--check")).toMatchObject([0, { changed: 0, same: 3 }]);
  expect(await create("organizations create", "Karayel")).toMatchObject({ code: 0 });
  expect(await push(module, "--check")).toMatchObject([0, { total: 4, changed: 0, same: 4 }]);
  const wrong = join(folder, "wrong.json");
  const orders = { label: "Orders", actions: { view: {} } };
  for (const [declared, message] of [
    [{ orders, roles: [{ key: "agent", name: "Agent", permissions: ["orders:veiw"] }] }, /orders:veiw/],
    [
      { orders, roles: [{ key: "Agent", name: "Agent", permissions: [] }] },
      /^The roles of FILE can't be used: roles\.0\.key: /,
    ],
    [{ orders, roles: { agent: [] } }, /"roles" is reserved|reserved/],
  ] as const) {
    writeFileSync(wrong, JSON.stringify(declared));
    const refused = await gatehouse(["catalogue", "push", wrong, "--all"]);
    expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  }
}, 300_000);

test("pushes through a running server with the operator's token, and follows the push until it has ended", async () => {
  const server = startProgram(["serve"], { ...storage.settings, OPERATOR_TOKEN: operatorToken });
  onTestFinished(async () => {
    server.child.kill("SIGTERM");
    await server.exited;
  });
  const [, url = ""] = await server.waitForOutput(/is running at (\S+)\n/);
  const declared = join(folder, "with-roles.json");
  const groups = { orders: { label: "Orders", actions: { view: {}, refund: {}, cancel: {} } } };
  const roles = [{ key: "agent", name: "Agent", permissions: ["orders:view", "orders:cancel"] }];
  writeFileSync(declared, JSON.stringify({ ...groups, roles }));
  const remote = async (...options: readonly string[]) =>
    runOverHttp(["catalogue", "push", declared, "--all", "--json", ...options], {
      GATEHOUSE_URL: url,
      GATEHOUSE_OPERATOR_TOKEN: operatorToken,
    });
  const differences = {
    added: ["orders:cancel"],
    removed: [],
    changed: ["role agent"],
    same: false,
    pushed: false,
  };
  const preview = await remote("--dry-run");
  expect([preview.code, JSON.parse(preview.stdout)]).toEqual([0, differences]);
  expect(await remote("--check")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/differs from what was pushed/),
  });
  const pushed = await remote();
  expect([pushed.code, JSON.parse(pushed.stdout)]).toEqual([
    0,
    { total: 4, changed: 4, same: 0, failed: [], pushed: true },
  ]);
  expect(await remote("--check")).toMatchObject({ code: 0 });
  const args = ["catalogue", "push", declared, "--all", "--url", url];
  const again = await gatehouse([...args, "--operator-token-stdin"], `${operatorToken}\n`);
  expect(again).toEqual({
    ...{ code: 0, signal: null, stderr: "" },
    stdout: "Changed: 0 of 4 organizations; the same already: 4\n",
  });
  expect(await gatehouse(args)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/--operator-token-stdin/),
  });
  const wrong = await gatehouse([...args, "--operator-token-stdin"], "another token of the operator\n");
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Send OPERATOR_TOKEN as/) });
  writeFileSync(
    declared,
    JSON.stringify({ ...groups, roles: [{ ...roles[0], permissions: ["orders:viev"] }] }),
  );
  expect(await remote()).toMatchObject({
    ...{ code: 1, stdout: "" },
    stderr: expect.stringMatching(/^roles\.0\.permissions\.0: .*\[permissions\/unknown\]\n$/),
  });
}, 300_000);

/** Runs `gatehouse-cli`. */
async function runOverHttp(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ExitedProgram> {
  const child = spawn(process.execPath, ["--conditions=gatehouse-source", overHttp, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}
