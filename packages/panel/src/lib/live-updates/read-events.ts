/** Reads one stream of server-sent events until it ends. */

/** A server-sent event. */
export interface LiveEvent {
  readonly name: string;
  /** The `Last-Event-ID` to resume after. */
  readonly id: string;
  readonly data: string;
}

/** How a stream ended. */
export interface StreamEnd {
  /** HTTP status of an error response; 0 when the connection failed or was closed. */
  readonly status: number;
}

const eventNames = ["ready", "change", "rights", "reset", "position"] as const;

/** A stream without an event for this long counts as broken: the server sends one every 15 s. */
const staleAfterMs = 40_000;

/** Reads until the stream ends or `signal` aborts. `EventSource` would reconnect for ever, so it is closed on an error. */
export function readEvents(
  url: string,
  signal: AbortSignal,
  onEvent: (event: LiveEvent) => void,
): Promise<StreamEnd> {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  const source = new EventSource(url);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = (): void => {
    clearTimeout(timer);
    source.close();
    signal.removeEventListener("abort", close);
    resolve({ status: 0 });
  };
  const resetTimer = (): void => {
    clearTimeout(timer);
    timer = setTimeout(close, staleAfterMs);
  };
  for (const name of eventNames)
    source.addEventListener(name, ({ lastEventId, data }) => {
      resetTimer();
      onEvent({ name, id: lastEventId, data });
    });
  source.addEventListener("error", () => {
    const isFinal = source.readyState === EventSource.CLOSED;
    if (!isFinal) return close();
    clearTimeout(timer);
    void readErrorStatus(url, signal).then(resolve);
  });
  signal.addEventListener("abort", close);
  resetTimer();
  return promise;
}

/** Fetches the status, which `EventSource` doesn't expose. */
async function readErrorStatus(url: string, signal: AbortSignal): Promise<StreamEnd> {
  try {
    const { status } = await fetch(url, { method: "HEAD", credentials: "same-origin", signal });
    return { status };
  } catch {
    return { status: 0 };
  }
}
