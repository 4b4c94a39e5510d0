/** Limits the number of open streams: each has a socket and polls the database. */
export interface ConnectionLimiter {
  /** Acquires a connection for a session or key. Returns its release function, or null when a limit is reached. */
  readonly acquire: (holder: string) => (() => void) | null;
}

/** Limits are per process. */
export function createConnectionLimiter(maxTotal = 2_000, maxPerHolder = 10): ConnectionLimiter {
  const countByHolder = new Map<string, number>();
  let total = 0;
  return {
    acquire: (holder) => {
      const count = countByHolder.get(holder) ?? 0;
      if (total >= maxTotal || count >= maxPerHolder) return null;
      total += 1;
      countByHolder.set(holder, count + 1);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        total -= 1;
        const remaining = (countByHolder.get(holder) ?? 1) - 1;
        if (remaining === 0) countByHolder.delete(holder);
        else countByHolder.set(holder, remaining);
      };
    },
  };
}
