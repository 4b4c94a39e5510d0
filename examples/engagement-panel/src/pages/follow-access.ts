/** Follows what the person may do. Whatever breaks off the connection, the page first forgets all that was allowed. */
import type { LiveEvents, Me } from "../shapes.ts";
import { problemOf, read } from "./api.ts";

/** What the page knows about the person. */
export interface Access {
  /**
   * `live`: what is said is true now. `unsure`: Gatehouse can't be reached. `cut`: our own server can't.
   * Nobody may do anything but in `live`.
   */
  readonly phase: "opening" | "signed-out" | "live" | "unsure" | "cut";
  readonly me: Me | null;
  readonly permissions: readonly string[];
}

/** Who is told. */
interface Listener {
  readonly onAccess: (change: Partial<Access> & Pick<Access, "phase">) => void;
  /** Something was changed by somebody: look again. */
  readonly onNews: () => void;
}

/** What can be asked of a connection. */
export interface Following {
  /** Finds out anew who is signed in. */
  readonly recheck: () => void;
  readonly stop: () => void;
}

/** Milliseconds. The server says something every second. */
const silenceAllowed = 3_000;
const pause = 1_000;

/** Follows until it is stopped. */
export function followAccess(listener: Listener): Following {
  const end = new AbortController();
  let attempt = new AbortController();
  const recheck = (): void => attempt.abort();
  const recheckWhenSeen = (): void => {
    if (document.visibilityState === "visible") recheck();
  };
  document.addEventListener("visibilitychange", recheckWhenSeen);
  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      attempt = new AbortController();
      await once(listener, AbortSignal.any([end.signal, attempt.signal]));
      if (!attempt.signal.aborted) await rest(pause, AbortSignal.any([end.signal, attempt.signal]));
    }
  };
  void run();
  return {
    recheck,
    stop: () => {
      document.removeEventListener("visibilitychange", recheckWhenSeen);
      end.abort();
    },
  };
}

/** One connection: asks who it is and listens until that breaks off. */
async function once({ onAccess, onNews }: Listener, signal: AbortSignal): Promise<void> {
  try {
    const me = await read<Me>("/api/me", signal);
    await listen(signal, {
      permissions: ({ permissions, isSure }) =>
        onAccess({ phase: isSure ? "live" : "unsure", me, permissions: isSure ? permissions : [] }),
      changed: onNews,
      beat: () => undefined,
    });
    if (!signal.aborted) onAccess({ phase: "cut", permissions: [] });
  } catch (error) {
    if (signal.aborted) return;
    const { status } = problemOf(error);
    if (status === 401) onAccess({ phase: "signed-out", me: null, permissions: [] });
    else onAccess({ phase: status === 503 ? "unsure" : "cut", permissions: [] });
  }
}

type Takers = { readonly [N in keyof LiveEvents]: (event: LiveEvents[N]) => void };

/** Resolves when the stream ends, is silent or is given up. */
function listen(signal: AbortSignal, takers: Takers): Promise<void> {
  return new Promise((resolve) => {
    const stream = new EventSource("/api/live");
    const done = (): void => {
      clearTimeout(watch);
      stream.close();
      signal.removeEventListener("abort", done);
      resolve();
    };
    let watch = setTimeout(done, silenceAllowed);
    const hear = <N extends keyof LiveEvents>(name: N): void =>
      stream.addEventListener(name, ({ data }) => {
        clearTimeout(watch);
        watch = setTimeout(done, silenceAllowed);
        takers[name](JSON.parse(data));
      });
    hear("permissions");
    hear("changed");
    hear("beat");
    stream.addEventListener("error", done);
    signal.addEventListener("abort", done);
  });
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
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
