/**
 * The thread in which the embedded PostgreSQL runs, so that a long statement doesn't hold up the rest of the process.
 * It speaks PostgreSQL's own protocol, in whole messages, with one conversation at a time.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { FromDatabase, ThreadOptions, ToDatabase } from "./protocol.ts";

const port = parentPort;
if (port === null) throw new Error("This file runs in a worker thread.");
const say = (message: FromDatabase): void => port.postMessage(message);

/** A single process needs less than a server: 100 MB of memory less, and short recovery after a crash. */
const settings = ["shared_buffers=32MB", "max_wal_size=128MB", "min_wal_size=32MB"];

const options = workerData as ThreadOptions;
const database = await PGlite.create({
  extensions: { pg_trgm },
  startParams: [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ["-c", setting])],
  ...(options.folder === null ? {} : { dataDir: options.folder }),
  ...(options.archive === null ? {} : { loadDataDir: new Blob([Uint8Array.from(options.archive)]) }),
});

/** Sync, then a query that leaves nothing behind of whoever spoke before. */
const freshStart = Buffer.concat([
  message("S", ""),
  message("Q", "rollback\0"),
  message("Q", "discard all\0"),
]);

async function answer(request: ToDatabase): Promise<void> {
  switch (request.kind) {
    case "open":
      await database.execProtocolRaw(freshStart);
      return;
    case "bytes":
      say({ kind: "bytes", bytes: await database.execProtocolRaw(request.bytes) });
      return;
    case "dump":
      say({
        kind: "dump",
        archive: new Uint8Array(await (await database.dumpDataDir("none")).arrayBuffer()),
      });
      return;
    case "close":
      await database.close();
      say({ kind: "closed" });
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
  last = last.then(() => answer(request));
});
say({ kind: "ready" });
