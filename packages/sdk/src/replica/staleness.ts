/**
 * How stale the replica is. Each `current` event says how long after our request it was sent, by the server's monotonic clock.
 * Measured from the start of the request, delays on the network can only make the replica look older than it is.
 */

import { type ClockReading, type ReadClocks, readClocks } from "./runtime.ts";

/** How many checks of one burst reuse a reading of the clocks. */
const callsPerReading = 63;
/** Milliseconds by which the server's clock may run ahead of ours before a new connection is needed. */
const maxClockSkewMs = 50;

/** A moment at which a replica was complete, by both clocks, and the server's time then. */
interface SyncPoint extends ClockReading {
  readonly serverTime: number;
}

/** Tracks how stale the replica is. */
export interface StalenessTracker {
  /**
   * Records that the replica is complete up to `elapsed` ms after the request of `openedAt` arrived, when the server's time was
   * `at` or later. Returns false when that is in the future: one of the clocks stopped, and a new connection is needed.
   */
  readonly record: (openedAt: ClockReading, elapsed: number, at: number) => boolean;
  /** Whether the replica is fresh enough. In one synchronous burst the clocks are read at every 64th call. */
  readonly isFresh: () => boolean;
  /** The server's time, or slightly later, at the last `isFresh` that returned true. For the expiry of grants. */
  readonly serverTime: () => number;
  /** Milliseconds since the replica was known to be complete; infinite before the first event. */
  readonly age: () => number;
  /** The last recorded moment; null before the first one. */
  readonly point: () => SyncPoint | null;
  /** Records a moment of another tracker, unless a later one is known. */
  readonly adopt: (other: SyncPoint | null) => void;
}

/** Creates a tracker that is fresh for `maxStaleness` milliseconds. */
export function createStalenessTracker(
  maxStaleness: number,
  read: ReadClocks = readClocks,
): StalenessTracker {
  let base: SyncPoint | null = null;
  let time = 0;
  let lastReadAt = Number.NEGATIVE_INFINITY;
  let remainingCalls = 0;
  let isResetDue = false;
  const reset = () => {
    remainingCalls = 0;
    isResetDue = false;
  };
  const ageAt = ({ monotonic, wall }: ClockReading): number =>
    base === null ? Number.POSITIVE_INFINITY : Math.max(monotonic - base.monotonic, wall - base.wall);
  const readFreshness = (): boolean => {
    const now = read();
    const age = ageAt(now);
    if (base === null || !(age <= maxStaleness)) return false;
    time = base.serverTime + Math.max(age, 0);
    // Two readings within a millisecond are a burst: the next calls reuse this reading until the current task ends.
    if (now.monotonic - lastReadAt < 1) {
      remainingCalls = callsPerReading;
      if (!isResetDue) queueMicrotask(reset);
      isResetDue = true;
    }
    lastReadAt = now.monotonic;
    return true;
  };
  return {
    record: (openedAt, elapsed, at) => {
      const now = read();
      const age = now.monotonic - (openedAt.monotonic + elapsed);
      if (age < -maxClockSkewMs) return false;
      const knownAge = Math.max(age, 0);
      base = { monotonic: now.monotonic - knownAge, wall: now.wall - knownAge, serverTime: at };
      remainingCalls = 0;
      return true;
    },
    isFresh: () => {
      if (remainingCalls === 0) return readFreshness();
      remainingCalls -= 1;
      return true;
    },
    serverTime: () => time,
    age: () => ageAt(read()),
    point: () => base,
    adopt: (other) => {
      if (other === null || (base !== null && base.monotonic >= other.monotonic)) return;
      base = other;
      remainingCalls = 0;
    },
  };
}
