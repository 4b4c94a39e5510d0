/** `catalogue push --all` */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createMigratedStorage,
  type ProgramStorage,
  runProgram,
  temporaryFolder,
} from "../../test/program.ts";

let storage: ProgramStorage;
const folder = temporaryFolder();
beforeAll(async () => {
  storage = await createMigratedStorage();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await storage.remove();
});

const gatehouse = (args: readonly string[], stdin = "") => runProgram(args, storage.settings, stdin);
const create = (command: string, name: string, catalogue: string) =>
  gatehouse(
    [
      ...command.split(" "),
      ...["--organization", name, "--owner-email", "ada@example.test", "--owner-name", "Ada"],
      ...["--owner-password-stdin", "--catalogue", catalogue],
    ],
    "a sentence that nobody guesses",
  );

test("pushes to every organization, and an organization whose roles use what is removed doesn't stop the others", async () => {
  const file = join(folder, "permissions.json");
  writeFileSync(file, JSON.stringify({ orders: { label: "Orders", actions: { view: {}, refund: {} } } }));
  expect(await create("setup", "Acme", "none")).toMatchObject({ code: 0 });
  expect(await create("organizations create", "Lodos", file)).toMatchObject({ code: 0 });
  expect(await create("organizations create", "Poyraz", "example")).toMatchObject({ code: 0 });
  const push = async (...options: readonly string[]) => {
    const { code, stdout } = await gatehouse(["catalogue", "push", file, "--all", "--json", ...options]);
    return [code, JSON.parse(stdout)];
  };
  const failed = [expect.objectContaining({ code: "permissions/in-use" })];
  expect(await push("--dry-run")).toEqual([0, { total: 3, changed: 2, same: 1, failed: [], pushed: false }]);
  expect(await push()).toEqual([1, { total: 3, changed: 1, same: 1, failed, pushed: true }]);
  expect(await push("--drop-all")).toEqual([0, { total: 3, changed: 1, same: 2, failed: [], pushed: true }]);
  expect(await push("--check")).toEqual([0, { total: 3, changed: 0, same: 3, failed: [], pushed: false }]);
  const mixed = await gatehouse(["catalogue", "push", file, "--all", "--organization", "x"]);
  expect(mixed).toMatchObject({ code: 1, stderr: "--all and --organization can't be used together.\n" });
}, 300_000);
