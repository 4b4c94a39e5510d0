/** The embedded PostgreSQL, behind the same pool of connections as a real one: a pool of one. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import pg from "pg";
import { columnParsers } from "../column-values.ts";
import { watchConnections } from "../connections.ts";
import type { Engine } from "../engine.ts";
import { learnWhetherDirect } from "../prepared.ts";
import { embeddedTimeouts, type TimeoutProfiles } from "../timeouts.ts";
import { checkCluster, explainFailedStart } from "./check-cluster.ts";
import { type EmbeddedThread, startEmbeddedThread } from "./embedded-thread.ts";
import { createWatchdog, standardTimes, type WatchdogTimes } from "./watchdog.ts";
import { Wire } from "./wire.ts";

/** Where the embedded database lives, or null for one in memory, and what that begins with. */
export interface EmbeddedOptions {
  readonly folder: string | null;
  readonly archive?: Uint8Array;
  readonly timeouts?: TimeoutProfiles;
  readonly watchdogTimes?: WatchdogTimes;
}

/** An embedded database that can also be copied whole. */
export interface EmbeddedEngine extends Engine {
  readonly dump: () => Promise<Uint8Array>;
}

/**
 * Starts the embedded database. It takes no lock on its folder: whoever calls this holds one (see lock.ts). If the
 * thread dies, the next connection starts another, which recovers what had been committed.
 */
export async function openEmbedded({
  folder,
  archive,
  timeouts = embeddedTimeouts,
  watchdogTimes = standardTimes,
}: EmbeddedOptions): Promise<EmbeddedEngine> {
  if (folder !== null) await makeCluster(folder);
  const start = async (): Promise<EmbeddedThread> => {
    if (folder === null) return startEmbeddedThread({ folder, archive: archive ?? null });
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
    onConnect: learnWhetherDirect,
  });
  watchConnections([pool]);
  let exempt = 0;
  const withoutLimit = async <T>(work: () => Promise<T>): Promise<T> => {
    exempt += 1;
    return work().finally(() => {
      exempt -= 1;
    });
  };
  const watchdog = createWatchdog(
    { ask: () => pool.query("select 1"), isExempt: () => exempt > 0, replace: () => running.kill() },
    watchdogTimes,
  );
  // Given back in order: a transaction has come to its end, and the engine has answered.
  pool.on("release", (error) => {
    if (!error) watchdog.noteAnswer();
  });
  return {
    kind: "embedded",
    pool,
    priorityPool: pool,
    timeouts,
    writers: null,
    word: null,
    patiently: async (work) => {
      const client = await pool.connect();
      try {
        return await withoutLimit(() => work(client));
      } finally {
        client.release(client.getTransactionStatus() !== "I");
      }
    },
    // It has no background workers: without this it would neither forget old rows nor know how many there are.
    tidy: () =>
      withoutLimit(async () => {
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
 * Makes an empty database in `folder`, unless there is one. It gets its name when it is whole: a process that ends in the
 * middle leaves nothing that looks like a database. In a thread of its own, whose memory is given back.
 */
async function makeCluster(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const maker = await startEmbeddedThread({ folder: unfinished, archive: null });
  await maker.close();
  await rename(unfinished, folder);
}
