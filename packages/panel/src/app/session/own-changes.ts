/** What this page has changed itself: whoever hears of it again need not read it again. */
export interface OwnChanges {
  /** Runs a request that changes something. */
  readonly track: <T>(run: (noteRequestId: (requestId: string) => void) => Promise<T>) => Promise<T>;
  /** Whether the request with this id was one of them. */
  readonly includes: (requestId: string) => boolean;
  /** Resolves when none is under way, so that `includes` knows them all. */
  readonly settled: () => Promise<void>;
}

/** As many as may still be told back by a server that is slow. */
const remembered = 200;

/** Nothing changed yet. */
export function createOwnChanges(): OwnChanges {
  const ids = new Set<string>();
  const underWay = new Set<Promise<unknown>>();
  const remember = (requestId: string): void => {
    ids.add(requestId);
    const [oldest] = ids;
    if (oldest !== undefined && ids.size > remembered) ids.delete(oldest);
  };
  return {
    track: async (run) => {
      const running = run(remember);
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    includes: (requestId) => ids.has(requestId),
    settled: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
