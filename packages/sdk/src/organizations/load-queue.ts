/** Limits how many replicas are loaded at the same time. */

/** A load that waits or runs. */
export interface QueuedLoad {
  /** Starts it before those that nobody waits for. */
  readonly promote: () => void;
  /** Resolves or rejects like the load. */
  readonly done: Promise<void>;
}

/** Runs loads in order, those that somebody waits for first. */
export interface LoadQueue {
  readonly add: (load: () => Promise<void>) => QueuedLoad;
  /** Loads that wait or run. */
  readonly count: () => number;
}

/** A queue that runs at most `maxConcurrent` loads at the same time. */
export function createLoadQueue(maxConcurrent: number): LoadQueue {
  const urgent = new Set<() => Promise<void>>();
  const waiting = new Set<() => Promise<void>>();
  let active = 0;
  const startNext = (): void => {
    const queue = urgent.size > 0 ? urgent : waiting;
    const [start] = queue;
    if (active >= maxConcurrent || start === undefined) return;
    queue.delete(start);
    active += 1;
    void start().finally(() => {
      active -= 1;
      startNext();
    });
  };
  return {
    add: (load) => {
      let start = async (): Promise<void> => undefined;
      const done = new Promise<void>((resolve, reject) => {
        start = () => load().then(resolve, reject);
      });
      waiting.add(start);
      startNext();
      const promote = () => {
        if (waiting.delete(start)) urgent.add(start);
      };
      return { promote, done };
    },
    count: () => active + urgent.size + waiting.size,
  };
}
