/** Time and randomness of the runtime: Node, a browser or a worker. */

/** Both clocks at one moment, in milliseconds: `monotonic` never jumps, `wall` keeps running while a machine sleeps. */
export interface ClockReading {
  readonly monotonic: number;
  readonly wall: number;
}

/** Reads the clocks. */
export type ReadClocks = () => ClockReading;

/** Reads the runtime's clocks. */
export const readClocks: ReadClocks = () => ({ monotonic: performance.now(), wall: Date.now() });

/** A random number from 0 up to 1. */
export const random = (): number => Math.random();

/** Calls a listener. An error that it throws is reported by the runtime as uncaught and doesn't stop the caller. */
export function notifySafely(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
