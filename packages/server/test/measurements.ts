/** Measurements of memory and event loop blocking. */

/** Environment that opens the inspector of a child process. */
export const inspectorSettings = (port: number) => ({ NODE_OPTIONS: `--inspect=127.0.0.1:${port}` });

/** Bytes: used heap with external memory, and resident set size. */
export interface MemoryUsage {
  readonly used: number;
  readonly resident: number;
}

/** Memory of a process after garbage collection, through its inspector. */
export async function measureMemory(port: number): Promise<MemoryUsage> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const call = (id: number, method: string, params: object = {}) =>
    new Promise<{ result: { result: { value: string } } }>((resolve) => {
      const listen = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data));
        if (message.id !== id) return;
        socket.removeEventListener("message", listen);
        resolve(message);
      };
      socket.addEventListener("message", listen);
      socket.send(JSON.stringify({ id, method, params }));
    });
  try {
    await call(1, "HeapProfiler.enable");
    await call(2, "HeapProfiler.collectGarbage");
    const expression = "JSON.stringify(process.memoryUsage())";
    const { result } = await call(3, "Runtime.evaluate", { expression, returnByValue: true });
    const { heapUsed, external, rss } = JSON.parse(result.result.value);
    return { used: heapUsed + external, resident: rss };
  } finally {
    socket.close();
  }
}

/** The CPU time, in milliseconds, that a quiet machine of two processors takes to parse a mebibyte of numbers. */
const quietParseMs = 16;
/** A shorter block is short on any machine: its speed needn't be measured. */
const shortBlockMs = 50;
const numbers = `[1${",1".repeat(524_287)}]`;

/**
 * The longest time, in milliseconds of a quiet machine, that `work` blocks the event loop: the minimum of several
 * rounds. The speed of the machine is measured beside each round, because other load can halve it for minutes.
 */
export async function measureBlock(
  work: () => Promise<unknown>,
  { maxMs, rounds = 16 }: { readonly maxMs: number; readonly rounds?: number | undefined },
): Promise<number> {
  let minimum = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && minimum > maxMs; round += 1) {
    const block = await measureLongestBlock(work);
    if (block <= Math.min(shortBlockMs, maxMs)) return block;
    const parse = await measureLongestBlock(async () => JSON.parse(numbers));
    minimum = Math.min(minimum, block / Math.max(1, parse / quietParseMs));
  }
  return minimum;
}

/** The longest CPU time, in milliseconds, between two turns of the event loop while `work` ran. */
async function measureLongestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  let isRunning = true;
  const measure = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.threadCpuUsage();
    if (isRunning) setImmediate(measure);
  };
  setImmediate(measure);
  await work();
  isRunning = false;
  measure();
  return longest;
}
