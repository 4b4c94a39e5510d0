/** Starts `run` `count` times at the same moment and waits until all have settled. */
export async function runConcurrently<T>(
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
