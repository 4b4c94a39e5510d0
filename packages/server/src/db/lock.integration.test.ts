import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runConcurrently } from "../../test/run-concurrently.ts";
import { DataDirLocked, lockDataDir } from "./lock.ts";

const at = new Date("2026-03-02T09:00:00.000Z");
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a process that takes the lock, says so, and holds it until it is killed. */
function startHolder(): { child: ChildProcess; said: Promise<string> } {
  const script = `
    import { lockDataDir } from ${JSON.stringify(fileURLToPath(new URL("lock.ts", import.meta.url)))};
    try {
      lockDataDir(${JSON.stringify(folder)}, "serve", new Date("2026-03-02T09:00:00.000Z"));
      console.log("held");
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(error.name);
    }`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {},
  });
  children.push(child);
  const said = new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return { child, said };
}

test("a second lock on the same folder fails and names the holder", () => {
  const lock = lockDataDir(folder, "serve", at);
  const second = (): unknown => lockDataDir(folder, "setup", at);
  expect(second).toThrow(DataDirLocked);
  expect(second).toThrow(
    `${folder} is in use by process ${process.pid} (gatehouse serve, since 2026-03-02T09:00:00.000Z). Stop that first`,
  );
  lock.release();
});

test("a released lock can be taken again, and leaves no lock.json", () => {
  lockDataDir(folder, "serve", at).release();
  expect(readdirSync(folder)).toEqual(["lock"]);
  lockDataDir(folder, "serve", at).release();
});

test("another process can't lock while the holder lives, and can once it was killed", async () => {
  const { child, said } = startHolder();
  expect(await said).toBe("held");
  expect(() => lockDataDir(folder, "setup", at)).toThrow(`process ${child.pid} (gatehouse serve`);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  expect(readdirSync(folder)).toContain("lock.json"); // a dead holder's lock.json is ignored
  lockDataDir(folder, "setup", at).release();
});

test("exactly one of four concurrent processes gets the lock", async () => {
  const outcomes = await runConcurrently(4, () => startHolder().said);
  const said = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : "failed"));
  expect(said.sort()).toEqual(["DataDirLocked", "DataDirLocked", "DataDirLocked", "held"]);
});
