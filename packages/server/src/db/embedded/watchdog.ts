/**
 * Detects that the embedded engine no longer responds. Time is counted in ticks of this process, not by the clock:
 * during a pause of the whole process (SIGSTOP, a closed laptop) the engine had no chance to respond.
 */

/** Thresholds, in ticks. */
export interface WatchdogThresholds {
  readonly tickMs: number;
  /** The engine is pinged this many ticks after its last response. */
  readonly pingAfter: number;
  /** It counts as not alive. */
  readonly unresponsiveAfter: number;
  /** It is replaced by a new one. */
  readonly replaceAfter: number;
  /** The new one, which may have much to recover, didn't respond either: the process must end. */
  readonly endAfter: number;
}

/** A single statement may take a minute. */
export const defaultThresholds: WatchdogThresholds = {
  tickMs: 1_000,
  pingAfter: 5,
  unresponsiveAfter: 20,
  replaceAfter: 60,
  endAfter: 180,
};

/** The engine's operations that the watchdog needs. */
export interface WatchedEngine {
  /** Resolves when the engine has responded. */
  readonly ping: () => Promise<unknown>;
  /** Whether it runs work without a time limit. */
  readonly isExempt: () => boolean;
  /** Terminates it. The next connection starts another, which rolls back what wasn't committed. */
  readonly replace: () => void;
}

/** The watchdog of one engine. */
export interface Watchdog {
  /** The engine has responded to a query. */
  readonly recordResponse: () => void;
  readonly isAlive: () => boolean;
  /** Starts watching, and calls `onDead` when a new engine doesn't respond either. */
  readonly start: (onDead: () => void) => void;
  readonly stop: () => void;
}

/** Creates a watchdog that isn't started. */
export function createWatchdog(
  engine: WatchedEngine,
  times: WatchdogThresholds = defaultThresholds,
): Watchdog {
  let silentTicks = 0;
  let isPinging = false;
  let timer: NodeJS.Timeout | undefined;
  const recordResponse = (): void => {
    silentTicks = 0;
  };
  const ping = (): void => {
    if (isPinging) return;
    isPinging = true;
    engine
      .ping()
      .then(recordResponse, () => undefined)
      .finally(() => {
        isPinging = false;
      });
  };
  const tick = (onDead: () => void): void => {
    silentTicks = engine.isExempt() ? 0 : silentTicks + 1;
    if (silentTicks === times.replaceAfter) engine.replace();
    if (silentTicks === times.endAfter) onDead();
    else if (silentTicks >= times.pingAfter) ping();
  };
  return {
    recordResponse: recordResponse,
    isAlive: () => silentTicks < times.unresponsiveAfter,
    start: (onDead) => {
      timer ??= setInterval(() => tick(onDead), times.tickMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}
