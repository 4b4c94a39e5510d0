import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GatehouseError } from "./errors.ts";
import { createFirstCopy, type FirstCopy } from "./first-copy.ts";

let first: FirstCopy;
const refused = new GatehouseError("auth/revoked-key", "x", { status: 401 });
const broken = new GatehouseError("gatehouse/unreachable", "x");

beforeEach(() => {
  vi.useFakeTimers();
  first = createFirstCopy(() => Date.now());
});
afterEach(() => vi.useRealTimers());

/** What became of a wait: "waits", "ready" or the code of the error. */
function outcome(waiting: Promise<void>) {
  let state = "waits";
  waiting.then(
    () => {
      state = "ready";
    },
    (error: GatehouseError) => {
      state = error.code;
    },
  );
  return () => state;
}

test("a copy that takes minutes is waited for while something comes", async () => {
  const state = outcome(first.wait());
  for (let round = 0; round < 60; round += 1) {
    await vi.advanceTimersByTimeAsync(9_000);
    first.heard();
  }
  expect(state()).toBe("waits");
  first.complete();
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toBe("ready");
});

test("ten seconds without a word end the wait with the last failure, and a later one can resolve", async () => {
  const state = outcome(first.wait());
  first.failed(broken);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(state()).toBe("waits");
  await vi.advanceTimersByTimeAsync(200);
  expect(state()).toBe("gatehouse/unreachable");
  const later = outcome(first.wait());
  await vi.advanceTimersByTimeAsync(5_000);
  first.heard();
  first.complete();
  await vi.advanceTimersByTimeAsync(0);
  expect([state(), later(), outcome(first.wait())()]).toEqual(["gatehouse/unreachable", "ready", "waits"]);
  await expect(first.wait()).resolves.toBeUndefined();
});

test("a refusal ends every wait at once, also one that begins later, until the server says something else", async () => {
  const states = [outcome(first.wait()), outcome(first.wait())];
  first.failed(refused);
  const later = outcome(first.wait());
  await vi.advanceTimersByTimeAsync(0);
  expect([...states.map((state) => state()), later()]).toEqual(Array(3).fill("auth/revoked-key"));
  first.heard();
  const again = outcome(first.wait());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(again()).toBe("waits");
  first.complete();
  await vi.advanceTimersByTimeAsync(0);
  expect(again()).toBe("ready");
});

test("what is closed is never ready", async () => {
  const state = outcome(first.wait());
  const closed = new GatehouseError("gatehouse/closed", "x");
  first.end(closed);
  first.complete();
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toBe("gatehouse/closed");
  await expect(first.wait()).rejects.toBe(closed);
});
