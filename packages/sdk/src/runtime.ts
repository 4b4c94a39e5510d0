/** Time and chance, from whatever runs this: Node, a browser, a worker. */

/** Both clocks at one moment, in milliseconds: one that nobody sets, and one that goes on while a machine sleeps. */
export interface Reading {
  readonly steady: number;
  readonly wall: number;
}

/** Reads the clocks. */
export type ReadClocks = () => Reading;

/** The clocks of the runtime. */
export const readClocks: ReadClocks = () => ({ steady: performance.now(), wall: Date.now() });

/** From 0 up to 1. */
export const chance = (): number => Math.random();

/** Calls what a panel gave us. What it throws is not ours: the runtime reports it, as that of any listener. */
export function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
