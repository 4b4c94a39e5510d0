/** The wait for the first copy. */
import { GatehouseError, isFinal } from "./errors.ts";

/** Milliseconds without a word from the server after which nobody waits any longer. */
const silence = 10_000;

/** Lets callers wait for the first copy. */
export interface FirstCopy {
  /**
   * Resolves with the first copy, however long it takes while something comes.
   * @throws GatehouseError when the server refuses, when nothing comes for a while, or when it was closed
   */
  readonly wait: () => Promise<void>;
  /** Something came from the server. */
  readonly heard: () => void;
  /** A connection failed. */
  readonly failed: (error: GatehouseError) => void;
  /** The copy is complete. */
  readonly complete: () => void;
  /** There will be none. */
  readonly end: (error: GatehouseError) => void;
}

/** Nothing has come yet. `now` reads a steady clock, in milliseconds. */
export function createFirstCopy(now: () => number): FirstCopy {
  const waiting = new Set<(error: GatehouseError | null) => void>();
  let isComplete = false;
  let ended: GatehouseError | null = null;
  let last: GatehouseError | null = null;
  let heardAt = Number.NEGATIVE_INFINITY;
  const settleAll = (error: GatehouseError | null) => {
    for (const settle of waiting) settle(error);
  };
  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      if (isComplete) return resolve();
      // What was refused is asked again only now and then: whoever waits is told at once.
      if (last !== null && isFinal(last)) return reject(last);
      const calledAt = now();
      const settle = (error: GatehouseError | null) => {
        clearTimeout(timer);
        waiting.delete(settle);
        if (error === null) resolve();
        else reject(error);
      };
      const look = () => {
        const left = Math.max(calledAt, heardAt) + silence - now();
        if (left > 0) timer = setTimeout(look, left);
        else settle(last ?? silent());
      };
      let timer = setTimeout(look, silence);
      waiting.add(settle);
    });
  return {
    wait,
    heard: () => {
      heardAt = now();
      last = null;
    },
    failed: (error) => {
      last = error;
      if (isFinal(error)) settleAll(error);
    },
    complete: () => {
      isComplete = true;
      settleAll(null);
    },
    end: (error) => {
      ended = error;
      settleAll(error);
    },
  };
}

function silent(): GatehouseError {
  const detail =
    "Nothing came from Gatehouse for 10 seconds. It is still being tried: wait again, or check the address.";
  return new GatehouseError("gatehouse/unreachable", detail);
}
