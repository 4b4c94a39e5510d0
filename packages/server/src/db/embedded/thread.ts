/**
 * The thread of the embedded PostgreSQL, so that a long statement doesn't block the process. It exchanges whole
 * messages of PostgreSQL's protocol, one conversation at a time.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";

const port = parentPort;
if (port === null) throw new Error("This file runs in a worker thread.");
const post = (message: FromDatabase): void => port.postMessage(message);

/** A single process needs less than a server: 100 MB less memory, and short recovery after a crash. */
const settings = ["shared_buffers=32MB", "max_wal_size=128MB", "min_wal_size=32MB"];

const options = workerData as ThreadOptions;
const database = await PGlite.create({
  extensions: { btree_gin, pg_trgm },
  pgliteWasmModule: options.program,
  startParams: [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ["-c", setting])],
  ...(options.folder === null ? {} : { dataDir: options.folder }),
  ...(options.archive === null ? {} : { loadDataDir: new Blob([Uint8Array.from(options.archive)]) }),
});

/** Sync, then queries that reset the session of the previous conversation. */
const resetSession = Buffer.concat([
  message("S", ""),
  message("Q", "rollback\0"),
  message("Q", "discard all\0"),
]);

async function handleRequest(request: ToDatabase): Promise<void> {
  switch (request.kind) {
    case "open":
      await database.execProtocolRaw(resetSession);
      return;
    case "bytes":
      post({ kind: "bytes", bytes: await database.execProtocolRaw(request.bytes) });
      return;
    case "dump":
      post({
        kind: "dump",
        archive: new Uint8Array(await (await database.dumpDataDir("none")).arrayBuffer()),
      });
      return;
    case "close":
      await database.close();
      post({ kind: "closed" });
      port?.close();
  }
}

function message(type: string, body: string): Buffer {
  const content = Buffer.from(body, "utf8");
  const head = Buffer.alloc(5);
  head.write(type, "latin1");
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

let last: Promise<void> = Promise.resolve();
port.on("message", (request: ToDatabase) => {
  last = last.then(() => handleRequest(request));
});
post({ kind: "ready" });

/** Messages between the embedded database's thread and the rest of the process. */

/** To the thread. `open` starts a conversation, `bytes` continues it with whole messages of PostgreSQL's protocol. */
export type ToDatabase =
  | { readonly kind: "open" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "dump" }
  | { readonly kind: "close" };

/** From the thread. Each `bytes` is the response to one `bytes`, in order. */
export type FromDatabase =
  | { readonly kind: "ready" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "dump"; readonly archive: Uint8Array }
  | { readonly kind: "closed" };

/** The WebAssembly module of the database. */
export interface CompiledProgram {
  readonly [Symbol.toStringTag]: "WebAssembly.Module";
}

/** Options of the thread. */
export interface ThreadOptions {
  /** Absolute path of the database's folder; null for one in memory. */
  readonly folder: string | null;
  /** A dump to load into a new database. */
  readonly archive: Uint8Array | null;
  readonly program: CompiledProgram;
}
