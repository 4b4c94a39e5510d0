import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWatchdog, type WatchedEngine } from "./watchdog.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const times = { tickMs: 100, pingAfter: 2, unresponsiveAfter: 4, replaceAfter: 6, endAfter: 12 };

/** A watchdog over an engine that answers as `ping` does, and what it did. */
function watch(ask: WatchedEngine["ping"], isExempt = () => false) {
  const [replace, onDead] = [vi.fn(), vi.fn()];
  const watchdog = createWatchdog({ ping: vi.fn(ask), isExempt, replace }, times);
  watchdog.start(onDead);
  const tick = (count: number) => vi.advanceTimersByTimeAsync(count * times.tickMs);
  return { watchdog, replace, onDead, tick };
}

const never = () => new Promise<never>(() => undefined);

test("an engine that responds stays alive and isn't replaced", async () => {
  const { watchdog, replace, tick } = watch(async () => undefined);
  for (let at = 0; at < 50; at += 1) {
    await tick(1);
    expect(watchdog.isAlive()).toBe(true);
  }
  expect(replace).not.toHaveBeenCalled();
});

test.each([
  ["says nothing", never],
  ["fails", () => Promise.reject(new Error("It is gone."))],
])("an engine that %s is not alive, then replaced, then reported as dead", async (_, ask) => {
  const { watchdog, replace, onDead, tick } = watch(ask);
  await tick(3);
  expect(watchdog.isAlive()).toBe(true);
  await tick(1);
  expect(watchdog.isAlive()).toBe(false);
  expect(replace).not.toHaveBeenCalled();
  await tick(2);
  expect(replace).toHaveBeenCalledTimes(1);
  await tick(5);
  expect(onDead).not.toHaveBeenCalled();
  await tick(1);
  expect(onDead).toHaveBeenCalledTimes(1);
  expect(replace).toHaveBeenCalledTimes(1);
});

test("a response to any other query counts, and the count restarts after a replacement", async () => {
  const { watchdog, replace, onDead, tick } = watch(never);
  await tick(6);
  watchdog.recordResponse();
  expect(watchdog.isAlive()).toBe(true);
  await tick(5);
  expect(replace).toHaveBeenCalledTimes(1);
  expect(onDead).not.toHaveBeenCalled();
});

test("a pause of the whole process doesn't count as silence, however long", async () => {
  const { watchdog, replace, tick } = watch(never);
  await tick(1);
  vi.setSystemTime(Date.now() + 3_600_000);
  await tick(1);
  expect(watchdog.isAlive()).toBe(true);
  expect(replace).not.toHaveBeenCalled();
});

test("work without a time limit doesn't count as silence", async () => {
  const { watchdog, replace, tick } = watch(never, () => true);
  await tick(100);
  expect(watchdog.isAlive()).toBe(true);
  expect(replace).not.toHaveBeenCalled();
});
