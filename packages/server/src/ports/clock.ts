/** The one place that reads the clock. */

/** A clock. Instants have millisecond resolution, so that they survive a round trip through JavaScript. */
export interface Clock {
  readonly now: () => Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
