import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GatehouseError } from "../client/gatehouse-error.ts";
import { createInitialLoad, type InitialLoad } from "./initial-load.ts";

let load: InitialLoad;
const rejected = new GatehouseError("auth/revoked-key", "x", { status: 401 });
const disconnected = new GatehouseError("gatehouse/unreachable", "x");

beforeEach(() => {
  vi.useFakeTimers();
  load = createInitialLoad(() => Date.now());
});
afterEach(() => vi.useRealTimers());

/** Tracks a wait: "pending", "ready" or the error's code. */
function track(waiting: Promise<void>) {
  let state = "pending";
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

test("waits for minutes while data arrives", async () => {
  const state = track(load.wait());
  for (let round = 0; round < 60; round += 1) {
    await vi.advanceTimersByTimeAsync(9_000);
    load.onActivity();
  }
  expect(state()).toBe("pending");
  load.onComplete();
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toBe("ready");
});

test("rejects with the last failure after ten seconds without data; a later wait can resolve", async () => {
  const state = track(load.wait());
  load.onFailure(disconnected);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(state()).toBe("pending");
  await vi.advanceTimersByTimeAsync(200);
  expect(state()).toBe("gatehouse/unreachable");
  const later = track(load.wait());
  await vi.advanceTimersByTimeAsync(5_000);
  load.onActivity();
  load.onComplete();
  await vi.advanceTimersByTimeAsync(0);
  expect([state(), later(), track(load.wait())()]).toEqual(["gatehouse/unreachable", "ready", "pending"]);
  await expect(load.wait()).resolves.toBeUndefined();
});

test("a permanent error rejects every wait immediately, also later ones, until data arrives", async () => {
  const states = [track(load.wait()), track(load.wait())];
  load.onFailure(rejected);
  const later = track(load.wait());
  await vi.advanceTimersByTimeAsync(0);
  expect([...states.map((state) => state()), later()]).toEqual(Array(3).fill("auth/revoked-key"));
  load.onActivity();
  const again = track(load.wait());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(again()).toBe("pending");
  load.onComplete();
  await vi.advanceTimersByTimeAsync(0);
  expect(again()).toBe("ready");
});

test("rejects after close", async () => {
  const state = track(load.wait());
  const closed = new GatehouseError("gatehouse/closed", "x");
  load.close(closed);
  load.onComplete();
  await vi.advanceTimersByTimeAsync(0);
  expect(state()).toBe("gatehouse/closed");
  await expect(load.wait()).rejects.toBe(closed);
});
