/** The progress of a long command: a bar on a terminal, nothing in a pipe. */

const width = 30;

/** The stream of the bar. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** Returns a function that redraws the bar, and removes it when all is done. */
export function showProgress(
  label: string,
  stream: ProgressOutput = process.stderr,
): (done: number, all: number) => void {
  if (stream.isTTY !== true) return () => undefined;
  return (done, all) => {
    const filled = Math.round((width * done) / all);
    const bar = "█".repeat(filled) + "░".repeat(width - filled);
    stream.write(
      done >= all
        ? "\r\u001b[2K"
        : `\r${label} ${bar} ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`,
    );
  };
}
