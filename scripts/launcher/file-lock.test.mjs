import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withFileLock } from "./file-lock.mjs";

/** @type {string} */
let folder;
/** @type {string} */
let lock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-file-lock-"));
  lock = join(folder, "work.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("runs concurrent tasks one at a time", async () => {
  let running = 0;
  let maxRunning = 0;
  const work = async () => {
    running++;
    maxRunning = Math.max(maxRunning, running);
    await nextTurn();
    running--;
    return "done";
  };

  const results = await Promise.all(
    Array.from({ length: 8 }, () => withFileLock(lock, work, { pollIntervalMs: 1 })),
  );

  expect(results).toEqual(Array(8).fill("done"));
  expect(maxRunning).toBe(1);
});

test("releases the lock when the task fails", async () => {
  const failing = withFileLock(lock, () => Promise.reject(new Error("no network")));

  await expect(failing).rejects.toThrow("no network");
  expect(existsSync(lock)).toBe(false);
});

test("takes over the lock of a dead process", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  createLock(`${pid} ${hostname()}`);

  await expect(withFileLock(lock, async () => "done")).resolves.toBe("done");
});

test("takes over the lock of another machine that was not renewed for a minute", async () => {
  createLock("1 elsewhere");
  const twoMinutesAgo = new Date(Date.now() - 120_000);
  utimesSync(lock, twoMinutesAgo, twoMinutesAgo);

  await expect(withFileLock(lock, async () => "done")).resolves.toBe("done");
});

test("waits for the lock of a live process and reports the wait once", async () => {
  createLock(`${process.pid} ${hostname()}`);
  const onWait = vi.fn();
  const waiting = withFileLock(lock, async () => "done", { pollIntervalMs: 1, onWait });
  await vi.waitFor(() => expect(onWait).toHaveBeenCalled());
  await nextTurn();

  rmSync(lock, { recursive: true });

  await expect(waiting).resolves.toBe("done");
  expect(onWait).toHaveBeenCalledTimes(1);
});

/** @param {string} owner */
function createLock(owner) {
  mkdirSync(lock);
  writeFileSync(join(lock, "owner"), owner);
}
