import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/program.ts";
import { databaseFolder } from "../data-folder.ts";
import { requestCopy, serveCopies } from "./database-copy.ts";
import { type EmbeddedEngine, openEmbedded } from "./open-embedded.ts";

let root: string;
let dataDir: string;
let engine: EmbeddedEngine;
beforeAll(async () => {
  root = temporaryFolder();
  dataDir = join(root, "a name that is longer than the address of a socket may be ".repeat(2).trim());
  mkdirSync(dataDir);
  engine = await openEmbedded({ folder: databaseFolder(dataDir) });
  await engine.pool.query("CREATE TABLE written (n integer)");
}, 180_000);
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

test("copies the database while it is written to: what was committed before, and nothing in parts", async () => {
  mkdirSync(join(dataDir, "copies", "of-a-killed-server"), { recursive: true });
  const server = await serveCopies(dataDir, engine);
  expect(readdirSync(dataDir)).not.toContain("copies");
  let committed = 0;
  let isStopped = false;
  const write = async (): Promise<void> => {
    while (!isStopped) {
      await engine.pool.query("INSERT INTO written SELECT generate_series($1::integer, $1::integer + 9)", [
        committed,
      ]);
      committed += 10;
    }
  };
  const writing = write();
  await expect.poll(() => committed).toBeGreaterThan(50);
  const before = committed;
  const [first, second] = await Promise.all([requestCopy(dataDir), requestCopy(dataDir)]);
  isStopped = true;
  await writing;
  expect(first?.folder).not.toBe(second?.folder);
  const copy = await openEmbedded({ folder: first?.folder ?? "" });
  const { rows } = await copy.pool.query(
    "SELECT count(*)::integer AS count, count(DISTINCT n)::integer AS different, max(n) AS last FROM written",
  );
  await copy.close();
  const [{ count, different, last }] = rows;
  expect(count).toBeGreaterThanOrEqual(before);
  expect(count % 10).toBe(0);
  expect([different, last]).toEqual([count, count - 1]);
  await first?.release();
  expect(existsSync(first?.folder ?? "")).toBe(false);
  await server.close();
  expect(existsSync(second?.folder ?? "")).toBe(true); // still being read
  await second?.release();
  expect(await requestCopy(dataDir)).toBeNull();
}, 180_000);

test("reports why a copy could not be made", async () => {
  const server = await serveCopies(dataDir, {
    ...engine,
    withoutTimeout: () => Promise.reject(new Error("no space left")),
  });
  await expect(requestCopy(dataDir)).rejects.toThrow("could not copy the database: no space left");
  await server.close();
  expect(readdirSync(join(dataDir, "copies"))).toEqual([]);
});
