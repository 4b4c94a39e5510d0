/** The memory that some work adds to a process. */
import { setTimeout as sleep } from "node:timers/promises";
import { readMemoryMb } from "./cpu.ts";

const intervalMs = 50;

/** Runs `work`, and returns its result with the highest resident memory meanwhile less that before, in MB. */
export async function measureAddedMemory<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ readonly addedMb: number; readonly result: T }> {
  const before = readMemoryMb(pid);
  let highest = before;
  let isRunning = true;
  const watch = async (): Promise<void> => {
    while (isRunning) {
      highest = Math.max(highest, readMemoryMb(pid));
      await sleep(intervalMs);
    }
  };
  const watching = watch();
  try {
    const result = await work();
    return { addedMb: Math.max(highest, readMemoryMb(pid)) - before, result };
  } finally {
    isRunning = false;
    await watching;
  }
}
