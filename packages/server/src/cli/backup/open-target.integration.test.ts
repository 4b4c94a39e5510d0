import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/program.ts";
import { readConfig } from "../../config.ts";
import { databaseFolder } from "../../db/data-folder.ts";
import { openEmbedded } from "../../db/embedded/open-embedded.ts";
import { readMigrations } from "../../db/migrations.ts";
import { openRestoreTarget } from "./open-target.ts";

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("an embedded database appears when it is published, and not at all before", async () => {
  const config = readConfig({ DATA_DIR: folder });
  mkdirSync(join(folder, "database.restoring", "of-a-killed-restore"), { recursive: true });
  const failed = await openRestoreTarget(config, { migrations: readMigrations() });
  await failed.engine.pool.query("CREATE TABLE loaded (n integer)");
  expect(existsSync(databaseFolder(folder))).toBe(false);
  await failed.close();
  expect(readdirSync(folder)).toEqual(["lock"]);

  const target = await openRestoreTarget(config, { migrations: readMigrations() });
  await target.engine.pool.query("CREATE TABLE loaded (n integer)");
  await target.publish();
  await target.close();
  expect(readdirSync(folder).toSorted()).toEqual(["database", "installation.json", "lock"]);
  const engine = await openEmbedded({ folder: databaseFolder(folder) });
  expect((await engine.pool.query("SELECT n FROM loaded")).rows).toEqual([]);
  await engine.close();
}, 600_000);
