import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFreshness } from "./freshness.ts";

/** Clocks that a test sets. */
function start(maxStaleness = 1_000) {
  const now = { steady: 500, wall: 1_000_000 };
  let reads = 0;
  const freshness = createFreshness(maxStaleness, () => {
    reads += 1;
    return { ...now };
  });
  const pass = (milliseconds: number) => {
    now.steady += milliseconds;
    now.wall += milliseconds;
  };
  return { now, freshness, pass, reads: () => reads };
}

test("before the first word it is not fresh", () => {
  const { freshness } = start();
  expect([freshness.isFresh(), freshness.age()]).toEqual([false, Number.POSITIVE_INFINITY]);
});

test("a delay on the way counts as age", () => {
  const { now, freshness, pass } = start();
  const openedAt = { ...now };
  pass(700); // the word was 100 ms after the request came in, and took 600 to arrive
  freshness.note(openedAt, 100, 0);
  expect(freshness.age()).toBe(600);
  pass(400);
  expect(freshness.isFresh()).toBe(true);
  pass(1);
  expect(freshness.isFresh()).toBe(false);
});

test("a machine that slept: the steady clock stood still, the wall clock didn't", () => {
  const { now, freshness, pass } = start();
  const openedAt = { ...now };
  pass(10);
  expect(freshness.note(openedAt, 10, 0)).toBe(true);
  now.wall += 3_600_000;
  expect(freshness.isFresh()).toBe(false);
  // What the server says now lies in the future of our steady clock: it can't be measured on this connection.
  expect(freshness.note(openedAt, 3_600_010, 0)).toBe(false);
  expect(freshness.isFresh()).toBe(false);
});

test("a wall clock that is set back makes nothing young, one that is set forward makes old until the next word", () => {
  const { now, freshness, pass } = start();
  const openedAt = { ...now };
  freshness.note(openedAt, 0, 0);
  now.wall -= 1_000_000;
  pass(1_001);
  expect(freshness.isFresh()).toBe(false);
  freshness.note(openedAt, 1_000, 0);
  expect(freshness.isFresh()).toBe(true);
});

test("the server's time goes on, never behind the real one", () => {
  const { now, freshness, pass } = start();
  freshness.note({ ...now }, 0, 5_000);
  pass(300);
  freshness.isFresh();
  expect(freshness.time()).toBe(5_300);
});

test("a burst reads the clocks once in 64 calls; after a pause the next call reads them", async () => {
  const { now, freshness, pass, reads } = start();
  freshness.note({ ...now }, 0, 0);
  const before = reads();
  for (let call = 0; call < 6_400; call += 1) expect(freshness.isFresh()).toBe(true);
  expect(reads() - before).toBeLessThan(120);
  await null;
  pass(1_001);
  expect(freshness.isFresh()).toBe(false);
});

test("two calls in one stretch with a long block between them: the second one notices", () => {
  const { now, freshness, pass } = start();
  freshness.note({ ...now }, 0, 0);
  expect(freshness.isFresh()).toBe(true);
  pass(1_001);
  expect(freshness.isFresh()).toBe(false);
});

test("whatever the network does, a yes is never older than allowed", () => {
  const step = fc.record({
    pass: fc.nat(400),
    delay: fc.nat(1_500),
    set: fc.integer({ min: -5_000, max: 5_000 }),
  });
  void fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { now, freshness, pass } = start();
      const openedAt = { ...now };
      const origin = now.steady;
      let newest = Number.NEGATIVE_INFINITY;
      for (const { pass: rest, delay, set } of steps) {
        pass(rest);
        now.wall += set;
        // A word that left the server `delay` ago, when the request had been there for what has passed since, less that.
        const saidAt = Math.max(origin, now.steady - delay);
        if (freshness.note(openedAt, saidAt - origin, 0)) newest = saidAt;
        if (freshness.isFresh()) expect(now.steady - newest).toBeLessThanOrEqual(1_000);
      }
    }),
  );
});
