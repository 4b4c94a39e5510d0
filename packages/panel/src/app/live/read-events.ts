/** One stream of server-sent events, from its beginning to its end. */

/** One event. */
export interface LiveEvent {
  readonly name: string;
  /** What a later stream goes on after. */
  readonly id: string;
  readonly data: string;
}

/** How a stream ended. */
export interface StreamEnd {
  /** Status of a refusal; 0 for a stream that broke off or never began. */
  readonly status: number;
}

const names = ["ready", "change", "rights", "reset", "position"] as const;

/** A stream that says nothing for this long is dead, whatever the browser believes: the server says something every 15 s. */
const silence = 40_000;

/** Reads until the stream ends or `signal` aborts. The browser's own way of beginning again is not used: it knows no end. */
export function readEvents(
  address: string,
  signal: AbortSignal,
  onEvent: (event: LiveEvent) => void,
): Promise<StreamEnd> {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const source = new EventSource(address);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const breakOff = (): void => {
    clearTimeout(timer);
    source.close();
    signal.removeEventListener("abort", breakOff);
    resolve({ status: 0 });
  };
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(breakOff, silence);
  };
  for (const name of names)
    source.addEventListener(name, ({ lastEventId, data }) => {
      listen();
      onEvent({ name, id: lastEventId, data });
    });
  source.addEventListener("error", () => {
    const isRefused = source.readyState === EventSource.CLOSED;
    if (!isRefused) return breakOff();
    clearTimeout(timer);
    void whyRefused(address, signal).then(resolve);
  });
  signal.addEventListener("abort", breakOff);
  listen();
  return promise;
}

/** `EventSource` keeps the reason to itself, so it is asked for. */
async function whyRefused(address: string, signal: AbortSignal): Promise<StreamEnd> {
  try {
    const { status } = await fetch(address, { method: "HEAD", credentials: "same-origin", signal });
    return { status };
  } catch {
    return { status: 0 };
  }
}
