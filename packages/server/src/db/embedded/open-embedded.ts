/** The embedded PostgreSQL, behind the same pool interface as a server: a pool of one connection. */

import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { Duplex } from "node:stream";
import pg from "pg";
import { columnParsers } from "../column-values.ts";
import { watchConnections } from "../connections.ts";
import type { Engine } from "../engine.ts";
import { prepareConnection } from "../session-settings.ts";
import { embeddedTimeouts, type TimeoutProfiles } from "../timeouts.ts";
import { checkCluster, explainFailedStart } from "./check-cluster.ts";
import { type Conversation, type EmbeddedThread, startEmbeddedThread } from "./embedded-thread.ts";
import { createWatchdog, defaultThresholds, type WatchdogThresholds } from "./watchdog.ts";

/** AuthenticationOk and ReadyForQuery (idle). */
const startupResponse = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
const terminateMessage = 0x58;

/** One conversation with the embedded database, with the socket interface that pg expects. */
export class Wire extends Duplex {
  readonly #thread: () => Promise<EmbeddedThread>;
  #conversation: Conversation | null = null;
  #hasStarted = false;

  constructor(thread: () => Promise<EmbeddedThread>) {
    super();
    this.#thread = thread;
  }

  connect(): this {
    this.#thread().then(
      (thread) => {
        if (this.destroyed) return;
        this.#conversation = thread.open({
          onBytes: (bytes) => this.push(bytes),
          onEnd: (error) => this.destroy(error),
        });
        this.emit("connect");
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    if (!this.#hasStarted) {
      this.#hasStarted = true; // the startup message: no authentication needed
      this.push(startupResponse);
    } else if (bytes[0] === terminateMessage) {
      this.push(null);
    } else {
      this.#conversation?.send(bytes);
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#conversation?.leave();
    done(error);
  }

  // Socket methods without a meaning here.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** The folder of the embedded database, or null for one in memory, and the tar archive that a new one begins with. */
export interface EmbeddedOptions {
  readonly folder: string | null;
  readonly archive?: Uint8Array | null;
  readonly timeouts?: TimeoutProfiles;
  readonly watchdogThresholds?: WatchdogThresholds;
}

/** An embedded database that can be dumped. */
export interface EmbeddedEngine extends Engine {
  readonly dump: () => Promise<Uint8Array>;
}

/**
 * Starts the embedded database. It takes no lock on its folder: the caller must hold it (see lock.ts). If the thread
 * dies, the next connection starts another one, which recovers the committed data.
 */
export async function openEmbedded({
  folder,
  archive = null,
  timeouts = embeddedTimeouts,
  watchdogThresholds = defaultThresholds,
}: EmbeddedOptions): Promise<EmbeddedEngine> {
  if (folder !== null) await createCluster(folder, archive);
  const start = async (): Promise<EmbeddedThread> => {
    if (folder === null) return startEmbeddedThread({ folder, archive });
    checkCluster(folder);
    return startEmbeddedThread({ folder, archive: null }).catch((error: unknown) => {
      throw explainFailedStart(folder, error);
    });
  };
  let running = await start();
  let starting: Promise<EmbeddedThread> | null = null;
  const thread = async (): Promise<EmbeddedThread> => {
    if (!running.hasEnded()) return running;
    starting ??= start().finally(() => {
      starting = null;
    });
    running = await starting;
    return running;
  };
  const pool = new pg.Pool({
    host: "embedded",
    user: "postgres",
    database: "postgres",
    ssl: false,
    stream: () => new Wire(thread),
    pipeline: true,
    max: 1,
    connectionTimeoutMillis: timeouts.connect,
    idleTimeoutMillis: 0,
    types: columnParsers,
    onConnect: prepareConnection,
  });
  watchConnections([pool]);
  let exempt = 0;
  const withoutWatchdog = async <T>(work: () => Promise<T>): Promise<T> => {
    exempt += 1;
    return work().finally(() => {
      exempt -= 1;
    });
  };
  const watchdog = createWatchdog(
    { ping: () => pool.query("select 1"), isExempt: () => exempt > 0, replace: () => running.kill() },
    watchdogThresholds,
  );
  // Released without an error: a transaction has ended, and the engine has responded.
  pool.on("release", (error) => {
    if (!error) watchdog.recordResponse();
  });
  return {
    kind: "embedded",
    pool,
    priorityPool: pool,
    replica: null,
    timeouts,
    writers: null,
    notifications: null,
    withoutTimeout: async (work) => {
      const client = await pool.connect();
      try {
        return await withoutWatchdog(() => work(client));
      } finally {
        client.release(client.getTransactionStatus() !== "I");
      }
    },
    // It has no background workers: without this it would neither remove dead rows nor update statistics.
    vacuum: () =>
      withoutWatchdog(async () => {
        await pool.query("VACUUM (ANALYZE)");
        await pool.query("CHECKPOINT");
      }),
    isAlive: watchdog.isAlive,
    watch: watchdog.start,
    dump: async () => (await thread()).dump(),
    close: async () => {
      watchdog.stop();
      await pool.end();
      await running.close();
    },
  };
}

/**
 * Creates a database in `folder`, unless there is one: empty, or from an archive. It is renamed when complete: a process that dies
 * earlier leaves nothing that looks like a database. Runs in a separate thread, whose memory is freed.
 */
async function createCluster(folder: string, archive: Uint8Array | null): Promise<void> {
  if (existsSync(folder)) return;
  const temporaryFolder = `${folder}.new`;
  await rm(temporaryFolder, { recursive: true, force: true });
  await mkdir(temporaryFolder, { recursive: true, mode: 0o700 });
  const thread = await startEmbeddedThread({ folder: temporaryFolder, archive });
  await thread.close();
  await rename(temporaryFolder, folder);
}
