/** The memory of another process, looked at through its inspector. */

/** Settings that open the inspector of a process that is about to start. */
export const inspectedOn = (port: number) => ({ NODE_OPTIONS: `--inspect=127.0.0.1:${port}` });

/** Bytes: what is reachable, and what the process has of the machine. */
export interface Memory {
  readonly used: number;
  readonly resident: number;
}

/** Collects the garbage of the process and says what is left. */
export async function memoryOf(port: number): Promise<Memory> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const ask = (id: number, method: string, params: object = {}) =>
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
    await ask(1, "HeapProfiler.enable");
    await ask(2, "HeapProfiler.collectGarbage");
    const expression = "JSON.stringify(process.memoryUsage())";
    const { result } = await ask(3, "Runtime.evaluate", { expression, returnByValue: true });
    const { heapUsed, external, rss } = JSON.parse(result.result.value);
    return { used: heapUsed + external, resident: rss };
  } finally {
    socket.close();
  }
}
