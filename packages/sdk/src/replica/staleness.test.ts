import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createStalenessTracker } from "./staleness.ts";

/** Creates a tracker with fake clocks. */
function createTracker(maxStaleness = 1_000) {
  const now = { monotonic: 500, wall: 1_000_000 };
  let reads = 0;
  const tracker = createStalenessTracker(maxStaleness, () => {
    reads += 1;
    return { ...now };
  });
  const advance = (milliseconds: number) => {
    now.monotonic += milliseconds;
    now.wall += milliseconds;
  };
  return { now, tracker, advance, reads: () => reads };
}

test("is not fresh before the first event", () => {
  const { tracker } = createTracker();
  expect([tracker.isFresh(), tracker.age()]).toEqual([false, Number.POSITIVE_INFINITY]);
});

test("a network delay counts as age", () => {
  const { now, tracker, advance } = createTracker();
  const openedAt = { ...now };
  advance(700); // sent 100 ms after the request arrived, received 600 ms later
  tracker.record(openedAt, 100, 0);
  expect(tracker.age()).toBe(600);
  advance(400);
  expect(tracker.isFresh()).toBe(true);
  advance(1);
  expect(tracker.isFresh()).toBe(false);
});

test("is not fresh after the machine slept: the monotonic clock stopped, the wall clock didn't", () => {
  const { now, tracker, advance } = createTracker();
  const openedAt = { ...now };
  advance(10);
  expect(tracker.record(openedAt, 10, 0)).toBe(true);
  now.wall += 3_600_000;
  expect(tracker.isFresh()).toBe(false);
  // The server's time is now in the future of our monotonic clock, so this connection can't be used.
  expect(tracker.record(openedAt, 3_600_010, 0)).toBe(false);
  expect(tracker.isFresh()).toBe(false);
});

test("setting the wall clock back doesn't make the replica fresher", () => {
  const { now, tracker, advance } = createTracker();
  const openedAt = { ...now };
  tracker.record(openedAt, 0, 0);
  now.wall -= 1_000_000;
  advance(1_001);
  expect(tracker.isFresh()).toBe(false);
  tracker.record(openedAt, 1_000, 0);
  expect(tracker.isFresh()).toBe(true);
});

test("the server's time advances, and is never behind the real time", () => {
  const { now, tracker, advance } = createTracker();
  tracker.record({ ...now }, 0, 5_000);
  advance(300);
  tracker.isFresh();
  expect(tracker.serverTime()).toBe(5_300);
});

test("a burst reads the clocks once in 64 calls; after a pause the next call reads them", async () => {
  const { now, tracker, advance, reads } = createTracker();
  tracker.record({ ...now }, 0, 0);
  const before = reads();
  for (let call = 0; call < 6_400; call += 1) expect(tracker.isFresh()).toBe(true);
  expect(reads() - before).toBeLessThan(120);
  await null;
  advance(1_001);
  expect(tracker.isFresh()).toBe(false);
});

test("a call after a long synchronous block reads the clocks", () => {
  const { now, tracker, advance } = createTracker();
  tracker.record({ ...now }, 0, 0);
  expect(tracker.isFresh()).toBe(true);
  advance(1_001);
  expect(tracker.isFresh()).toBe(false);
});

test("is never fresh longer than maxStaleness, whatever the network does", () => {
  const step = fc.record({
    advance: fc.nat(400),
    delay: fc.nat(1_500),
    set: fc.integer({ min: -5_000, max: 5_000 }),
  });
  void fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { now, tracker, advance } = createTracker();
      const openedAt = { ...now };
      const origin = now.monotonic;
      let newest = Number.NEGATIVE_INFINITY;
      for (const { advance: duration, delay, set } of steps) {
        advance(duration);
        now.wall += set;
        // An event that the server sent `delay` ago.
        const sentAt = Math.max(origin, now.monotonic - delay);
        if (tracker.record(openedAt, sentAt - origin, 0)) newest = sentAt;
        if (tracker.isFresh()) expect(now.monotonic - newest).toBeLessThanOrEqual(1_000);
      }
    }),
  );
});
