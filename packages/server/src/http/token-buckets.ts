/** Token buckets: each holds the requests of a second, and fills up at the same rate. */

/** What became of a request. */
interface Taken {
  /** Seconds until the next request is accepted; null if this one is. */
  readonly retryAfter: number | null;
  /** Whether the one before was accepted. */
  readonly isFirstRejection: boolean;
  /** Milliseconds to wait before a rejection is sent, so that rejections aren't sent faster than responses. */
  readonly delay: number;
}

/** Buckets by key. */
export interface TokenBuckets {
  /** Takes a token from the bucket of `key`, if there is one. */
  readonly take: (key: string) => Taken;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right. Milliseconds. */
  at: number;
  isRejecting: boolean;
  /** When the last rejection is sent. Milliseconds. */
  rejectedAt: number;
}

/** Full buckets are dropped when there are as many. */
const maxBuckets = 10_000;

/** A rejection waits this long at most. Milliseconds. */
const maxDelay = 1_000;

/** Creates full buckets of `rate` tokens, which get `rate` tokens a second. `now` is a monotonic clock in milliseconds. */
export function createTokenBuckets(rate: number, now: () => number): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  const tokensAt = ({ tokens, at }: Bucket, time: number) =>
    Math.min(rate, tokens + ((time - at) * rate) / 1000);
  const open = (key: string, time: number): Bucket => {
    if (buckets.size >= maxBuckets)
      for (const [other, bucket] of buckets) if (tokensAt(bucket, time) === rate) buckets.delete(other);
    const bucket = { tokens: rate, at: time, isRejecting: false, rejectedAt: -Infinity };
    buckets.set(key, bucket);
    return bucket;
  };
  return {
    take: (key) => {
      const time = now();
      const bucket = buckets.get(key) ?? open(key, time);
      const tokens = tokensAt(bucket, time);
      const isAccepted = tokens >= 1;
      const isFirstRejection = !isAccepted && !bucket.isRejecting;
      const delay = isAccepted ? 0 : Math.min(maxDelay, Math.max(0, bucket.rejectedAt + 1000 / rate - time));
      Object.assign(bucket, { tokens: isAccepted ? tokens - 1 : tokens, at: time, isRejecting: !isAccepted });
      if (!isAccepted) bucket.rejectedAt = time + delay;
      return {
        retryAfter: isAccepted ? null : Math.max(1, Math.ceil((1 - tokens) / rate)),
        isFirstRejection,
        delay,
      };
    },
  };
}
