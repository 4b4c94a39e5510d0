/** A first-in, first-out queue for snapshot reads. */
export interface LoadQueue {
  /** Runs `read` as soon as a slot is free. */
  readonly run: <T>(read: () => Promise<T>) => Promise<T>;
}

/** A queue that runs at most `maxConcurrent` reads at the same time. */
export function createLoadQueue(maxConcurrent: number): LoadQueue {
  const waiting: (() => void)[] = [];
  let active = 0;
  return {
    run: async (read) => {
      if (active < maxConcurrent) active += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve)); // the finished read passes on its slot
      try {
        return await read();
      } finally {
        const next = waiting.shift();
        if (next === undefined) active -= 1;
        else next();
      }
    },
  };
}
