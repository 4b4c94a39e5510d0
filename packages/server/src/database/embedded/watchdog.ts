/**
 * Notices that the embedded engine no longer answers. Time is counted in ticks of this process, never by the clock: after
 * a pause of the whole process (SIGSTOP, a laptop's lid) hours have gone by and the engine had no chance to answer.
 */

/** When what happens. */
export interface WatchdogTimes {
  readonly tickMs: number;
  /** The engine is asked this many ticks after its last answer. */
  readonly askAfter: number;
  /** It counts as not alive. */
  readonly silentAfter: number;
  /** It is replaced by a new one. */
  readonly replaceAfter: number;
  /** The new one, which may have much to recover, didn't answer either: the process is to end. */
  readonly endAfter: number;
}

/** A single statement may take a minute. */
export const standardTimes: WatchdogTimes = {
  tickMs: 1_000,
  askAfter: 5,
  silentAfter: 20,
  replaceAfter: 60,
  endAfter: 180,
};

/** What the watchdog does to the engine. */
export interface WatchedEngine {
  /** Resolves when the engine has answered, in its turn. */
  readonly ask: () => Promise<unknown>;
  /** Whether it is at work that may take as long as it likes. */
  readonly isExempt: () => boolean;
  /** Ends it. The next connection starts another, which rolls back what was not committed. */
  readonly replace: () => void;
}

/** Watches over one engine. */
export interface Watchdog {
  /** The engine has answered something. */
  readonly noteAnswer: () => void;
  readonly isAlive: () => boolean;
  /** Begins to look, and calls `onDead` when a new engine doesn't answer either. */
  readonly start: (onDead: () => void) => void;
  readonly stop: () => void;
}

/** Makes a watchdog that isn't looking yet. */
export function createWatchdog(engine: WatchedEngine, times: WatchdogTimes = standardTimes): Watchdog {
  let silentTicks = 0;
  let isAsking = false;
  let timer: NodeJS.Timeout | undefined;
  const noteAnswer = (): void => {
    silentTicks = 0;
  };
  const ask = (): void => {
    if (isAsking) return;
    isAsking = true;
    engine
      .ask()
      .then(noteAnswer, () => undefined)
      .finally(() => {
        isAsking = false;
      });
  };
  const look = (onDead: () => void): void => {
    silentTicks = engine.isExempt() ? 0 : silentTicks + 1;
    if (silentTicks === times.replaceAfter) engine.replace();
    if (silentTicks === times.endAfter) onDead();
    else if (silentTicks >= times.askAfter) ask();
  };
  return {
    noteAnswer,
    isAlive: () => silentTicks < times.silentAfter,
    start: (onDead) => {
      timer ??= setInterval(() => look(onDead), times.tickMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}
