/** Keeps one stream open while somebody is there, and goes on after the last event that was seen. */
import type { LiveEvent, StreamEnd } from "./read-events.ts";

/** What following needs of the page. */
export interface FollowOptions {
  /** Opens a stream that goes on after an event, or begins now. */
  readonly read: (
    after: string | null,
    signal: AbortSignal,
    onEvent: (event: LiveEvent) => void,
  ) => Promise<StreamEnd>;
  readonly isThere: () => boolean;
  /** Tells when somebody comes, goes, or signs in again. */
  readonly subscribe: (changed: () => void) => () => void;
  readonly onEvent: (event: LiveEvent) => void;
}

/** Milliseconds before the first, the second … try after a stream that broke off. */
const waits = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000];

/** Follows until it is told to stop. */
export function follow({ read, isThere, subscribe, onEvent }: FollowOptions): () => void {
  let after: string | null = null;
  let failures = 0;
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = async (): Promise<void> => {
    clearTimeout(timer);
    const opened = new AbortController();
    running = opened;
    const { status } = await read(after, opened.signal, (event) => {
      if (opened.signal.aborted) return;
      failures = 0;
      after = event.id;
      onEvent(event);
    });
    if (running !== opened) return; // it was closed from here
    running = null;
    // Whoever may not follow is told so by their next request. Until something changes nothing is asked.
    if (status === 401 || status === 403 || status === 404 || !isThere()) return;
    timer = setTimeout(() => void open(), waitAfter(failures));
    failures += 1;
  };
  const close = (): void => {
    clearTimeout(timer);
    running?.abort();
    running = null;
  };
  const look = (): void => {
    if (!isThere()) close();
    else if (running === null) void open();
  };
  const unsubscribe = subscribe(look);
  look();
  return () => {
    unsubscribe();
    close();
  };
}

/** Spread, so that a server that was away is not overrun by everybody at once. */
function waitAfter(failures: number): number {
  const wait = waits[Math.min(failures, waits.length - 1)] ?? 0;
  return wait * (0.75 + Math.random() / 2);
}
