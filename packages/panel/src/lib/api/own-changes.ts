/** Requests of this page that changed something, so that their change events cause no refetch. */
export interface OwnChanges {
  /** Runs a request and records its id. */
  readonly track: <T>(run: (onRequestId: (requestId: string) => void) => Promise<T>) => Promise<T>;
  /** Whether this page sent the request. */
  readonly includes: (requestId: string) => boolean;
  /** Resolves when no request is pending, so that `includes` knows all of them. */
  readonly settled: () => Promise<void>;
}

/** More than a slow server may report late. */
const maxRequestIds = 200;

/** Creates an empty record. */
export function createOwnChanges(): OwnChanges {
  const ids = new Set<string>();
  const pending = new Set<Promise<unknown>>();
  const remember = (requestId: string): void => {
    ids.add(requestId);
    const [oldest] = ids;
    if (oldest !== undefined && ids.size > maxRequestIds) ids.delete(oldest);
  };
  return {
    track: async (run) => {
      const running = run(remember);
      pending.add(running);
      try {
        return await running;
      } finally {
        pending.delete(running);
      }
    },
    includes: (requestId) => ids.has(requestId),
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}
