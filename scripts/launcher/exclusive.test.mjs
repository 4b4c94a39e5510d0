import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { exclusively } from "./exclusive.mjs";

/** @type {string} */
let folder;
/** @type {string} */
let lock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-exclusive-"));
  lock = join(folder, "work.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("of many at once, one works at a time and all get their turn", async () => {
  let working = 0;
  let most = 0;
  const work = async () => {
    working++;
    most = Math.max(most, working);
    await turn();
    working--;
    return "done";
  };

  const results = await Promise.all(
    Array.from({ length: 8 }, () => exclusively(lock, work, { pollEvery: 1 })),
  );

  expect(results).toEqual(Array(8).fill("done"));
  expect(most).toBe(1);
});

test("the lock is gone after work that failed", async () => {
  const failing = exclusively(lock, () => Promise.reject(new Error("no network")));

  await expect(failing).rejects.toThrow("no network");
  expect(existsSync(lock)).toBe(false);
});

test("the lock of a process that is dead is taken over", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  leave(`${pid} ${hostname()}`);

  await expect(exclusively(lock, async () => "done")).resolves.toBe("done");
});

test("the lock of another machine is taken over once it has been silent for a minute", async () => {
  leave("1 elsewhere");
  const twoMinutesAgo = new Date(Date.now() - 120_000);
  utimesSync(lock, twoMinutesAgo, twoMinutesAgo);

  await expect(exclusively(lock, async () => "done")).resolves.toBe("done");
});

test("the lock of a live process is waited for, and the wait is told once", async () => {
  leave(`${process.pid} ${hostname()}`);
  const onWait = vi.fn();
  const waiting = exclusively(lock, async () => "done", { pollEvery: 1, onWait });
  await vi.waitFor(() => expect(onWait).toHaveBeenCalled());
  await turn();

  rmSync(lock, { recursive: true });

  await expect(waiting).resolves.toBe("done");
  expect(onWait).toHaveBeenCalledTimes(1);
});

/** @param {string} owner */
function leave(owner) {
  mkdirSync(lock);
  writeFileSync(join(lock, "owner"), owner);
}
