/** How often races and kills repeat: all rounds with `npm test -- --all`, a quarter in the plain run. */

const isFullRun = process.env["GATEHOUSE_TEST_ALL"] === "1";

/** Returns `all`, or a quarter of it (at least one). */
export function rounds(all: number): number {
  return isFullRun ? all : Math.ceil(all / 4);
}
