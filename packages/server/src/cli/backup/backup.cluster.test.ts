/** A distributed database isn't backed up. Needs a Citus cluster: `scripts/distributed/check.mjs` runs it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createMigratedStorage, runProgram } from "../../../test/program.ts";

test("backup says that several servers have no common snapshot, and writes no file", async () => {
  const { settings, remove } = await createMigratedStorage();
  onTestFinished(remove);
  const file = join(settings.DATA_DIR, "gatehouse.backup");
  const { code, stderr } = await runProgram(["backup", file], settings);
  expect([code, stderr]).toEqual([1, expect.stringContaining("citus_create_restore_point")]);
  expect(existsSync(file)).toBe(false);
});
