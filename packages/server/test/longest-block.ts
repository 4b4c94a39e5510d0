/** How long some work keeps everybody else waiting, measured so that a busy machine doesn't matter. */

/** Milliseconds of processor time that the thread spent between two turns of the event loop, at most, while `work` ran. */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  let isRunning = true;
  const look = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.threadCpuUsage();
    if (isRunning) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isRunning = false;
  look();
  return longest;
}
