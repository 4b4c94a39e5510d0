/** How many pages of whole copies are read at a time in this process: the others wait for their turn, in order. */

/** A queue of reads. */
export interface LoadQueue {
  /** Runs `read` when it is its turn. */
  readonly run: <T>(read: () => Promise<T>) => Promise<T>;
}

/** A queue from which `most` reads run at once. */
export function createLoadQueue(most: number): LoadQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    run: async (read) => {
      if (running < most) running += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over the place that is freed
      try {
        return await read();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
