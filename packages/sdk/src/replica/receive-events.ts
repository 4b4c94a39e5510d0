/** One request whose response is a stream of events. */
import type { Connection } from "../client/connection.ts";
import type { GatehouseError } from "../client/gatehouse-error.ts";
import { isEventStream, readEvents } from "./read-events.ts";
import { type ClockReading, readClocks } from "./runtime.ts";

/** The request, and how long it may be silent. */
export interface EventRequest {
  readonly send: Connection["send"];
  readonly url: string;
  /** Milliseconds without data after which the request is aborted. */
  readonly getTimeoutMs: () => number;
  /** Milliseconds more, in which buffered data is read first if this process was blocked. */
  readonly graceMs: number;
  /** Data arrived. */
  readonly onActivity: () => void;
  /** The error of another response. */
  readonly toError: (response: Response) => Promise<GatehouseError>;
}

/**
 * Sends the request and passes its events to `apply`, with the time before it was sent. The connection is closed when `apply` is done.
 * @throws GatehouseError, or the error of `fetch`
 */
export async function receiveEvents<T>(
  request: EventRequest,
  signal: AbortSignal,
  apply: (openedAt: ClockReading, events: ReturnType<typeof readEvents>) => Promise<T>,
): Promise<T> {
  const attempt = new AbortController();
  const abort = () => attempt.abort();
  signal.addEventListener("abort", abort);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restartTimer = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = setTimeout(abort, request.graceMs);
    }, request.getTimeoutMs());
  };
  const onActivity = () => {
    request.onActivity();
    restartTimer();
  };
  restartTimer();
  try {
    const openedAt = readClocks();
    const response = await request.send(request.url, {
      headers: { accept: "text/event-stream" },
      signal: attempt.signal,
    });
    if (!response.ok || response.body === null || !isEventStream(response))
      throw await request.toError(response);
    return await apply(openedAt, readEvents(response.body, onActivity));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    attempt.abort();
  }
}
