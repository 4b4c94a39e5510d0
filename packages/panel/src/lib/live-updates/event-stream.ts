/** Keeps one event stream open while the page is active, and resumes after the last received event. */

interface ReconnectingStreamOptions {
  /** Opens a stream that resumes after an event id; null starts with the next event. */
  readonly read: (
    after: string | null,
    signal: AbortSignal,
    onEvent: (event: LiveEvent) => void,
  ) => Promise<StreamEnd>;
  readonly isActive: () => boolean;
  /** Calls `changed` when the page becomes active or inactive, and after a new sign-in. */
  readonly subscribe: (changed: () => void) => () => void;
  readonly onEvent: (event: LiveEvent) => void;
  /** The stream was refused: the session has ended, or its user has lost access. */
  readonly onDenied?: () => void;
}

/** Delays before the first, second … reconnection. */
const retryDelaysMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/** Opens the stream; the returned function closes it. */
export function openReconnectingStream({
  read,
  isActive,
  subscribe,
  onEvent,
  onDenied,
}: ReconnectingStreamOptions): () => void {
  let after: string | null = null;
  let failures = 0;
  let controller: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = async (): Promise<void> => {
    clearTimeout(timer);
    const opened = new AbortController();
    controller = opened;
    const { status } = await read(after, opened.signal, (event) => {
      if (opened.signal.aborted) return;
      failures = 0;
      after = event.id;
      onEvent(event);
    });
    if (controller !== opened) return; // closed by `close`
    controller = null;
    // No reconnection after an authorization error until the activity changes.
    if (status === 401 || status === 403 || status === 404) return onDenied?.();
    if (!isActive()) return;
    timer = setTimeout(() => void open(), getRetryDelay(failures));
    failures += 1;
  };
  const close = (): void => {
    clearTimeout(timer);
    controller?.abort();
    controller = null;
  };
  const update = (): void => {
    if (!isActive()) close();
    else if (controller === null) void open();
  };
  const unsubscribe = subscribe(update);
  update();
  return () => {
    unsubscribe();
    close();
  };
}

/** With jitter, so that clients don't reconnect at the same moment. */
function getRetryDelay(failures: number): number {
  const delay = retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)] ?? 0;
  return delay * (0.75 + Math.random() / 2);
}

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
