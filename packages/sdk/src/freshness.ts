/**
 * How old a copy may be. Each word that nothing is missing says how long after our request, by the server's own steady
 * clock, it held: measured from the moment we asked it can only make the copy look older than it is, whatever a proxy delays.
 */

import { type ReadClocks, type Reading, readClocks } from "./runtime.ts";

/** How many checks of one burst share a look at the clocks. */
const burst = 63;
/** Milliseconds by which the server's clock may seem to run ahead of ours before the connection is measured anew. */
const drift = 50;

/** Whether a copy may still be asked. */
export interface Freshness {
  /**
   * Nothing is missing that was committed until `elapsed` ms after the request of `openedAt` came in; the server's time
   * was `at` then or later. False when that lies in the future: one of the clocks stood still, so connect anew.
   */
  readonly note: (openedAt: Reading, elapsed: number, at: number) => boolean;
  /** Whether it is young enough now. Within one uninterrupted burst the clocks are read at every 64th call. */
  readonly isFresh: () => boolean;
  /** The server's time, or a little later, as of the last `isFresh` that was true: for the ends of grants. */
  readonly time: () => number;
  /** Milliseconds since the moment that is known; infinite before the first word. */
  readonly age: () => number;
}

/** Freshness within `maxStaleness` milliseconds. */
export function createFreshness(maxStaleness: number, read: ReadClocks = readClocks): Freshness {
  let base: Reading | null = null;
  let serverTime = 0;
  let time = 0;
  let lastRead = Number.NEGATIVE_INFINITY;
  let unread = 0;
  let isResetDue = false;
  const reset = () => {
    unread = 0;
    isResetDue = false;
  };
  const ageAt = ({ steady, wall }: Reading): number =>
    base === null ? Number.POSITIVE_INFINITY : Math.max(steady - base.steady, wall - base.wall);
  const look = (): boolean => {
    const now = read();
    const age = ageAt(now);
    if (!(age <= maxStaleness)) return false;
    time = serverTime + Math.max(age, 0);
    // A second look at the same moment is a burst: the next ones rely on it, until the code that asks has to wait.
    if (now.steady - lastRead < 1) {
      unread = burst;
      if (!isResetDue) queueMicrotask(reset);
      isResetDue = true;
    }
    lastRead = now.steady;
    return true;
  };
  return {
    note: (openedAt, elapsed, at) => {
      const now = read();
      const age = now.steady - (openedAt.steady + elapsed);
      if (age < -drift) return false;
      const known = Math.max(age, 0);
      base = { steady: now.steady - known, wall: now.wall - known };
      serverTime = at;
      unread = 0;
      return true;
    },
    isFresh: () => {
      if (unread === 0) return look();
      unread -= 1;
      return true;
    },
    time: () => time,
    age: () => ageAt(read()),
  };
}
