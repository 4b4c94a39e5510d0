/** Starts `count` runs of `run` at the same moment and waits for all of them, whatever becomes of each. */
export async function raceTogether<T>(
  count: number,
  run: (index: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  let start: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const runs = Array.from({ length: count }, async (_, index) => {
    await started;
    return run(index);
  });
  start();
  return Promise.allSettled(runs);
}
