/** Starts and speaks to the thread of the embedded database. */
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { FromDatabase, ThreadOptions, ToDatabase } from "./protocol.ts";

/**
 * V8 13.6 frees the code of a WebAssembly-to-JavaScript call twice, rarely, and ends the process with
 * "Check failed: jit_page.has_value()" (nodejs/node#64500). Keeping replaced code costs a few megabytes, once.
 */
setFlagsFromString("--no-wasm-code-gc");

/** Who listens in a conversation. */
interface Listener {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onEnd: (error: Error) => void;
}

/** One conversation. After another one began, sending and leaving do nothing. */
export interface Conversation {
  readonly send: (bytes: Uint8Array) => void;
  /** Ends it: late answers go nowhere. */
  readonly leave: () => void;
}

/** The running thread. One conversation at a time: a new one ends the one before. */
export interface EmbeddedThread {
  readonly open: (listener: Listener) => Conversation;
  /** The whole database as a tar archive, to start another one from. */
  readonly dump: () => Promise<Uint8Array>;
  /** Shuts the database down in order. */
  readonly close: () => Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  readonly kill: () => void;
  readonly hasEnded: () => boolean;
}

/** Starts the thread and waits until the database in `options.folder` has recovered and is ready. */
export async function startEmbeddedThread(options: ThreadOptions): Promise<EmbeddedThread> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: options, execArgv: [] });
  let ended: Error | null = null;
  let failure: unknown;
  let current: Listener | null = null;
  // Answers come in order, so those that the conversations before still have coming are counted off.
  let unanswered = 0;
  let stale = 0;
  const waiting = new Map<FromDatabase["kind"], (message: FromDatabase) => void>();

  const say = (message: ToDatabase): void => worker.postMessage(message);
  const end = (): void => {
    ended ??= new Error("The embedded database ended.", { cause: failure });
    current?.onEnd(ended);
    current = null;
  };
  worker.on("error", (error) => {
    failure = error;
  });
  worker.on("exit", end);
  worker.on("message", (message: FromDatabase) => {
    if (message.kind !== "bytes") return waiting.get(message.kind)?.(message);
    unanswered -= 1;
    if (stale > 0) stale -= 1;
    else current?.onBytes(message.bytes);
  });
  const next = <K extends FromDatabase["kind"]>(kind: K): Promise<Extract<FromDatabase, { kind: K }>> =>
    new Promise((resolve, reject) => {
      worker.once("exit", () => reject(new Error("The embedded database ended.", { cause: failure })));
      waiting.set(kind, (message) => resolve(message as Extract<FromDatabase, { kind: K }>));
    });

  await next("ready");
  return {
    open: (listener) => {
      current = listener;
      stale = unanswered;
      say({ kind: "open" });
      return {
        send: (bytes) => {
          if (current !== listener) return;
          unanswered += 1;
          say({ kind: "bytes", bytes });
        },
        leave: () => {
          if (current !== listener) return;
          current = null;
          stale = unanswered;
        },
      };
    },
    dump: async () => {
      say({ kind: "dump" });
      return (await next("dump")).archive;
    },
    close: async () => {
      if (ended !== null) return;
      const closed = next("closed");
      const exited = new Promise((resolve) => worker.once("exit", resolve));
      current = null;
      say({ kind: "close" });
      await closed;
      await exited;
    },
    kill: () => void worker.terminate(),
    hasEnded: () => ended !== null,
  };
}
