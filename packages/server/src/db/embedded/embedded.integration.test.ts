import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEmbedded } from "./open-embedded.ts";

let folder: string;
beforeAll(() => {
  folder = join(mkdtempSync(join(tmpdir(), "gatehouse-embedded-")), "database");
});
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

const opener = fileURLToPath(new URL("open-embedded.ts", import.meta.url));

/** Writes number after number, reports each committed one, and is killed after `count` of them. */
async function writeUntilKilled(from: number, count: number): Promise<number> {
  const script = `
    import { openEmbedded } from ${JSON.stringify(opener)};
    const { pool } = await openEmbedded({ folder: ${JSON.stringify(folder)} });
    await pool.query("CREATE TABLE IF NOT EXISTS written (n integer)");
    for (let n = ${from}; ; n++) {
      await pool.query("INSERT INTO written VALUES ($1)", [n]);
      process.stdout.write(n + "\\n");
    }`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {},
  });
  let said = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.split("\n").length > count) child.kill("SIGKILL");
    });
    child.once("close", () => {
      const last = said.split("\n").at(-2);
      if (last === undefined) reject(new Error("It ended before it had written anything."));
      else resolve(Number(last));
    });
  });
}

test("no acknowledged write is lost when the process is killed three times", async () => {
  let last = 0;
  for (let kill = 1; kill <= 3; kill++) last = await writeUntilKilled(last + 1, 20 * kill);
  const engine = await openEmbedded({ folder });
  const { rows } = await engine.pool.query("SELECT n FROM written ORDER BY n");
  await engine.close();
  const found = new Set(rows.map(({ n }) => n));
  const lost = Array.from({ length: last }, (_, index) => index + 1).filter((n) => !found.has(n));
  expect(lost).toEqual([]);
});

test("a long statement doesn't block the process", async () => {
  const engine = await openEmbedded({ folder });
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const begun = performance.now();
  await engine.pool.query("SELECT count(*) FROM generate_series(1, 3000000)");
  const took = performance.now() - begun;
  clearInterval(timer);
  await engine.close();
  expect(took).toBeGreaterThan(100);
  expect(longest).toBeLessThan(took / 2);
});

test("a conversation that ends inside a transaction doesn't affect the next one", async () => {
  const engine = await openEmbedded({ folder });
  const client = await engine.pool.connect();
  await client.query(
    "BEGIN; SET LOCAL work_mem = '123kB'; SET TimeZone = 'Asia/Tokyo'; INSERT INTO written VALUES (-1)",
  );
  await expect(client.query("SELECT 1 / 0")).rejects.toThrow("division by zero");
  client.release(true);
  const { rows } = await engine.pool.query(
    "SELECT current_setting('TimeZone') AS zone, (SELECT count(*) FROM written WHERE n = -1) AS left",
  );
  await engine.close();
  expect(rows).toEqual([{ zone: expect.not.stringContaining("Tokyo"), left: 0 }]);
});

test("an interrupted creation leaves nothing that counts as a database", async () => {
  const cutOff = join(folder, "..", "cut-off");
  mkdirSync(`${cutOff}.new`);
  writeFileSync(join(`${cutOff}.new`, "PG_VERSION"), "18\n");
  const engine = await openEmbedded({ folder: cutOff });
  const { rows } = await engine.pool.query("SELECT 1 AS works");
  await engine.close();
  expect(rows).toEqual([{ works: 1 }]);
  expect(existsSync(`${cutOff}.new`)).toBe(false);
});

test("vacuum frees space and updates statistics", async () => {
  const engine = await openEmbedded({ folder });
  await engine.pool.query(
    "CREATE TABLE many AS SELECT n FROM generate_series(1, 1000) n; DELETE FROM many WHERE n > 500",
  );
  await engine.vacuum();
  const { rows } = await engine.pool.query(
    "SELECT reltuples::integer AS rows FROM pg_class WHERE relname = 'many'",
  );
  await engine.close();
  expect(rows).toEqual([{ rows: 500 }]);
});
