/** Waits to be told to stop. */

const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** A terminal and a launcher may both pass on the same Ctrl-C; a person who is impatient takes longer. Milliseconds. */
const echo = 250;

/** Everything is closed within this time, or left behind. Milliseconds. */
const deadline = 9_500;

/**
 * Resolves at the first signal to stop. From then on the process ends at the latest after 9.5 s, and at once at the
 * second signal: whatever is left undone is leased to another process or done at the next start.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let since: number | null = null;
    const stop = (): void => {
      if (since !== null) {
        if (performance.now() - since > echo) process.exit(1);
        return;
      }
      since = performance.now();
      setTimeout(() => process.exit(0), deadline).unref();
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
}
