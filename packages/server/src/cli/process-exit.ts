/** The two ways a long-running command ends: a stop signal, and an embedded database that can't be restarted. */

import type { Terminal } from "@gatehouse/cli";
import type { Engine } from "../db/engine.ts";

const stopSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * A terminal and a launcher may both forward the same Ctrl-C: a second signal within this time counts as the same one.
 * Milliseconds.
 */
const duplicateSignalMs = 250;

/** The process exits after this time, even if something is still open. Milliseconds. */
const stopTimeoutMs = 9_500;

/**
 * Resolves at the first stop signal. The process then exits after at most 9.5 s, and immediately at a second signal:
 * unfinished jobs are leased to another process or continue at the next start.
 */
export function waitForStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let stoppedAt: number | null = null;
    const stop = (): void => {
      if (stoppedAt !== null) {
        if (performance.now() - stoppedAt > duplicateSignalMs) process.exit(1);
        return;
      }
      stoppedAt = performance.now();
      setTimeout(() => process.exit(0), stopTimeoutMs).unref();
      resolve();
    };
    for (const signal of stopSignals) process.on(signal, stop);
  });
}

/** Exits when the embedded database can't be restarted, so that a supervisor starts the process again. */
export function exitOnEngineFailure(
  engine: Pick<Engine, "watch">,
  { err }: Pick<Terminal, "err">,
  flushLog: () => void,
): void {
  engine.watch(() => {
    flushLog();
    err(
      "The embedded database no longer answers, and a new one didn't either. This process ends now; start it again. Nothing that was acknowledged is lost.",
    );
    process.exit(1);
  });
}
