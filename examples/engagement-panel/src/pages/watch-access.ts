/** Watches the user's permissions over server-sent events. When the connection is lost, all permissions are removed first. */
import type { Me, PageEvents } from "../types.ts";
import { getJson, toProblem } from "./api.ts";

/** The user's access. */
export interface Access {
  /**
   * `live`: permissions are current. `unsure`: Gatehouse can't be reached. `cut`: the panel's server can't be reached.
   * Actions are allowed only in `live`.
   */
  readonly phase: "opening" | "signed-out" | "live" | "unsure" | "cut";
  readonly me: Me | null;
  readonly permissions: readonly string[];
}

/** Callbacks. */
interface Listener {
  readonly onAccess: (change: Partial<Access> & Pick<Access, "phase">) => void;
  /** Data changed on the server: fetch again. */
  readonly onDataChanged: () => void;
}

/** Controls of the connection. */
export interface AccessWatcher {
  /** Checks again who is signed in. */
  readonly reconnect: () => void;
  readonly stop: () => void;
}

/** Milliseconds. The server sends an event every second. */
const timeoutMs = 3_000;
const retryDelayMs = 1_000;

/** Watches until stopped. */
export function watchAccess(listener: Listener): AccessWatcher {
  const stopping = new AbortController();
  let attempt = new AbortController();
  const reconnect = (): void => attempt.abort();
  const reconnectWhenVisible = (): void => {
    if (document.visibilityState === "visible") reconnect();
  };
  document.addEventListener("visibilitychange", reconnectWhenVisible);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      attempt = new AbortController();
      await connectOnce(listener, AbortSignal.any([stopping.signal, attempt.signal]));
      if (!attempt.signal.aborted)
        await sleep(retryDelayMs, AbortSignal.any([stopping.signal, attempt.signal]));
    }
  };
  void run();
  return {
    reconnect,
    stop: () => {
      document.removeEventListener("visibilitychange", reconnectWhenVisible);
      stopping.abort();
    },
  };
}

/** One connection: fetches the user and listens until it ends. */
async function connectOnce({ onAccess, onDataChanged }: Listener, signal: AbortSignal): Promise<void> {
  try {
    const me = await getJson<Me>("/api/me", signal);
    await listen(signal, {
      permissions: ({ permissions, isSure }) =>
        onAccess({ phase: isSure ? "live" : "unsure", me, permissions: isSure ? permissions : [] }),
      changed: onDataChanged,
      beat: () => undefined,
    });
    if (!signal.aborted) onAccess({ phase: "cut", permissions: [] });
  } catch (error) {
    if (signal.aborted) return;
    const { status } = toProblem(error);
    if (status === 401) onAccess({ phase: "signed-out", me: null, permissions: [] });
    else onAccess({ phase: status === 503 ? "unsure" : "cut", permissions: [] });
  }
}

type EventHandlers = { readonly [N in keyof PageEvents]: (event: PageEvents[N]) => void };

/** Resolves when the stream ends, times out or is aborted. */
function listen(signal: AbortSignal, handlers: EventHandlers): Promise<void> {
  return new Promise((resolve) => {
    const stream = new EventSource("/api/live");
    const done = (): void => {
      clearTimeout(timer);
      stream.close();
      signal.removeEventListener("abort", done);
      resolve();
    };
    let timer = setTimeout(done, timeoutMs);
    const listenTo = <N extends keyof PageEvents>(name: N): void =>
      stream.addEventListener(name, ({ data }) => {
        clearTimeout(timer);
        timer = setTimeout(done, timeoutMs);
        handlers[name](JSON.parse(data));
      });
    listenTo("permissions");
    listenTo("changed");
    listenTo("beat");
    stream.addEventListener("error", done);
    signal.addEventListener("abort", done);
  });
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
