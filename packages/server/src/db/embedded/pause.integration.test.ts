/** The embedded engine after a pause of its process, and after it has come to a standstill by itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { readPreparedDatabase } from "../../cli/prepared-database.ts";
import { DatabaseUnavailable } from "../database.ts";
import { createDatabase } from "../open.ts";
import { sql } from "../sql.ts";
import { openEmbedded } from "./open-embedded.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const module = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));

/** Opens an embedded database, begins a transaction, and continues when it reads input. */
const program = `
  import { once } from "node:events";
  import { sql } from ${module("../sql.ts")};
  import { readPreparedDatabase } from ${module("../../cli/prepared-database.ts")};
  import { createDatabase } from ${module("../open.ts")};
  import { openEmbedded } from ${module("open-embedded.ts")};
  const thresholds = { tickMs: 100, pingAfter: 2, unresponsiveAfter: 20, replaceAfter: 50, endAfter: 80 };
  const engine = await openEmbedded({ folder: null, archive: await readPreparedDatabase(), watchdogThresholds: thresholds });
  engine.watch(() => process.exit(3));
  const db = createDatabase(engine);
  const print = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
  await db.shared(async (tx) => {
    const { rows } = await tx.query(sql\`SELECT setting::integer AS ms FROM pg_settings WHERE name IN
      ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')\`);
    print(rows.map((row) => row.ms));
    await once(process.stdin, "data");
    await tx.query(sql\`INSERT INTO throttles VALUES ('paused', 1, now(), now())\`);
  });
  print(await db.shared(async (tx) => (await tx.query(sql\`SELECT bucket FROM throttles\`)).rows));
  process.exit(0);`;

const isStopped = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[2] === "T";

test("a pause of the whole process during a transaction ends neither the transaction nor the engine", async () => {
  await readPreparedDatabase();
  const child = spawn(
    process.execPath,
    ["--conditions=gatehouse-source", "--input-type=module-typescript", "--eval", program],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  children.push(child);
  const lines: string[] = [];
  child.stdout.on("data", (chunk) => lines.push(...String(chunk).trim().split("\n")));
  const ended = once(child, "exit");
  await expect.poll(() => lines.length, { timeout: 150_000 }).toBe(1);
  expect(JSON.parse(lines[0] ?? "")).toEqual([0, 0, 0, 0]); // a server-side timeout would have expired
  child.kill("SIGSTOP");
  await expect.poll(() => isStopped(child.pid ?? 0)).toBe(true);
  await wait(6_000); // the pause itself: longer than the watchdog waits
  child.kill("SIGCONT");
  child.stdin.write("go on\n");
  expect(await ended).toEqual([0, null]);
  expect(JSON.parse(lines[1] ?? "")).toEqual([{ bucket: "paused" }]);
}, 180_000);

test("a hanging engine is not alive, and is replaced by one with all committed data", async () => {
  const thresholds = { tickMs: 50, pingAfter: 2, unresponsiveAfter: 10, replaceAfter: 40, endAfter: 10_000 };
  const engine = await openEmbedded({
    folder: null,
    archive: await readPreparedDatabase(),
    watchdogThresholds: thresholds,
  });
  const db = createDatabase(engine);
  let isGivenUp = false;
  engine.watch(() => {
    isGivenUp = true;
  });
  expect(db.isAlive()).toBe(true);
  const stuck = db.shared((tx) => tx.query(sql`DO $$ BEGIN LOOP END LOOP; END $$`));
  const outcome = expect(stuck).rejects.toBeInstanceOf(DatabaseUnavailable);
  await expect.poll(() => db.isAlive(), { timeout: 30_000 }).toBe(false);
  await outcome;
  expect(await db.shared(async (tx) => (await tx.query(sql`SELECT 1 AS n`)).rows)).toEqual([{ n: 1 }]);
  expect([db.isAlive(), isGivenUp]).toEqual([true, false]);
  await engine.close();
}, 180_000);
