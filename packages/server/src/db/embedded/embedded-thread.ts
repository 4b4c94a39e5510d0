/** Starts the embedded database's thread and exchanges messages with it. */
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { isBuilt } from "../../package-files.ts";
import type { CompiledProgram, FromDatabase, ThreadOptions, ToDatabase } from "./thread.ts";

/**
 * V8 13.6 frees the code of a WebAssembly-to-JavaScript call twice, rarely, and ends the process with
 * "Check failed: jit_page.has_value()" (nodejs/node#64500). Keeping replaced code costs a few megabytes, once.
 */
setFlagsFromString("--no-wasm-code-gc");

/** The listener of a conversation. */
interface Listener {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onEnd: (error: Error) => void;
}

/** One conversation. After another one has begun, `send` and `leave` do nothing. */
export interface Conversation {
  readonly send: (bytes: Uint8Array) => void;
  /** Ends it: late responses are dropped. */
  readonly leave: () => void;
}

/** The running thread. One conversation at a time: a new one ends the one before. */
export interface EmbeddedThread {
  readonly open: (listener: Listener) => Conversation;
  /** The whole database as a tar archive, to start another one from. */
  readonly dump: () => Promise<Uint8Array>;
  /** Shuts the database down cleanly. */
  readonly close: () => Promise<void>;
  /** Terminates it at once. */
  readonly kill: () => void;
  readonly hasEnded: () => boolean;
}

/** Of the types of WebAssembly, which only those of browsers contain. */
declare const WebAssembly: { readonly compile: (bytes: Uint8Array) => Promise<CompiledProgram> };

/** Compiled once in a process: every thread uses the same machine code. */
let program: Promise<CompiledProgram> | null = null;

async function compileProgram(): Promise<CompiledProgram> {
  const file = new URL("pglite.wasm", import.meta.resolve("@electric-sql/pglite"));
  return WebAssembly.compile(await readFile(file));
}

/** Starts the thread and waits until the database in `options.folder` has recovered and is ready. */
export async function startEmbeddedThread(options: Omit<ThreadOptions, "program">): Promise<EmbeddedThread> {
  program ??= compileProgram();
  const workerData: ThreadOptions = { ...options, program: await program };
  const file = new URL(isBuilt ? "./thread.js" : "./thread.ts", import.meta.url);
  const worker = new Worker(file, { workerData, execArgv: [] });
  let ended: Error | null = null;
  let failure: unknown;
  let current: Listener | null = null;
  // Responses arrive in order, so the outstanding ones of earlier conversations are counted and skipped.
  let outstanding = 0;
  let stale = 0;
  const waiting = new Map<FromDatabase["kind"], (message: FromDatabase) => void>();

  const post = (message: ToDatabase): void => worker.postMessage(message);
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
    outstanding -= 1;
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
      stale = outstanding;
      post({ kind: "open" });
      return {
        send: (bytes) => {
          if (current !== listener) return;
          outstanding += 1;
          post({ kind: "bytes", bytes });
        },
        leave: () => {
          if (current !== listener) return;
          current = null;
          stale = outstanding;
        },
      };
    },
    dump: async () => {
      post({ kind: "dump" });
      return (await next("dump")).archive;
    },
    close: async () => {
      if (ended !== null) return;
      const closed = next("closed");
      const exited = new Promise((resolve) => worker.once("exit", resolve));
      current = null;
      post({ kind: "close" });
      await closed;
      await exited;
    },
    kill: () => void worker.terminate(),
    hasEnded: () => ended !== null,
  };
}
