import type { Clock } from "../src/ports/clock.ts";

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  readonly set: (instant: string) => void;
  /** Moves it forward by some milliseconds. */
  readonly advance: (milliseconds: number) => void;
}

/** A clock that stands at nine in the morning of 2 March 2026, UTC. */
export function createTestClock(): TestClock {
  let now = Date.parse("2026-03-02T09:00:00.000Z");
  return {
    now: () => new Date(now),
    set: (instant) => {
      now = Date.parse(instant);
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}
