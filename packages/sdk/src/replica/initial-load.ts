/** Waiting for the first complete replica. */
import { GatehouseError, isPermanent } from "../client/gatehouse-error.ts";

/** Milliseconds without data from the server after which waiting ends. */
const timeoutMs = 10_000;

/** Lets callers wait for the first complete replica. */
export interface InitialLoad {
  /**
   * Resolves when the first replica is complete. Waits as long as data arrives.
   * @throws GatehouseError when the server rejects the key, when no data arrives for 10 s, or when closed
   */
  readonly wait: () => Promise<void>;
  /** Data arrived from the server. */
  readonly onActivity: () => void;
  /** A connection failed. */
  readonly onFailure: (error: GatehouseError) => void;
  /** The replica is complete. */
  readonly onComplete: () => void;
  /** The client was closed. */
  readonly close: (error: GatehouseError) => void;
}

/** `now` reads a monotonic clock, in milliseconds. */
export function createInitialLoad(now: () => number): InitialLoad {
  const waiters = new Set<(error: GatehouseError | null) => void>();
  let isComplete = false;
  let closedWith: GatehouseError | null = null;
  let lastError: GatehouseError | null = null;
  let lastActivityAt = Number.NEGATIVE_INFINITY;
  const settleAll = (error: GatehouseError | null) => {
    for (const settle of waiters) settle(error);
  };
  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closedWith !== null) return reject(closedWith);
      if (isComplete) return resolve();
      // A rejected request is retried rarely, so callers get the error immediately.
      if (lastError !== null && isPermanent(lastError)) return reject(lastError);
      const startedAt = now();
      const settle = (error: GatehouseError | null) => {
        clearTimeout(timer);
        waiters.delete(settle);
        if (error === null) resolve();
        else reject(error);
      };
      const checkTimeout = () => {
        const remaining = Math.max(startedAt, lastActivityAt) + timeoutMs - now();
        if (remaining > 0) timer = setTimeout(checkTimeout, remaining);
        else settle(lastError ?? timeoutError());
      };
      let timer = setTimeout(checkTimeout, timeoutMs);
      waiters.add(settle);
    });
  return {
    wait,
    onActivity: () => {
      lastActivityAt = now();
      lastError = null;
    },
    onFailure: (error) => {
      lastError = error;
      if (isPermanent(error)) settleAll(error);
    },
    onComplete: () => {
      isComplete = true;
      settleAll(null);
    },
    close: (error) => {
      closedWith = error;
      settleAll(error);
    },
  };
}

function timeoutError(): GatehouseError {
  const detail = "Gatehouse sent no data for 10 seconds. Call ready() again, or check `url`.";
  return new GatehouseError("gatehouse/unreachable", detail);
}
