/** How far a long command has come: a bar on a terminal, nothing in a pipe. */

const width = 30;

/** Where the bar is drawn: one line of stderr, over and over. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** Tells `label` and how much is done, each time it is called; the line is removed when all is done. */
export function showProgress(
  label: string,
  screen: ProgressScreen = process.stderr,
): (done: number, all: number) => void {
  if (screen.isTTY !== true) return () => undefined;
  return (done, all) => {
    const filled = Math.round((width * done) / all);
    const bar = "█".repeat(filled) + "░".repeat(width - filled);
    screen.write(
      done >= all
        ? "\r\u001b[2K"
        : `\r${label} ${bar} ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`,
    );
  };
}
