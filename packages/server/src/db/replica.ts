/**
 * Reads on a replica of the PostgreSQL server that has everything which the primary had when the read began: nobody misses
 * what was committed before, least of all their own changes. A replica that lags too far behind, or is no replica, isn't read.
 */
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { checkOut, type TimedQuery } from "./connections.ts";
import { DatabaseUnavailable } from "./database.ts";
import { isConflict, isStalePlan } from "./errors.ts";

/** Connections to a replica. */
export interface Replica {
  readonly pool: pg.Pool;
  /**
   * Runs a read on a connection to the replica, which `work` releases. Returns null if it has to run on the primary: the replica is behind, can't be
   * reached, or ended the read because it replayed a change of what was read.
   */
  readonly read: <T>(work: (client: pg.PoolClient) => Promise<T>) => Promise<{ readonly result: T } | null>;
}

/** Milliseconds before the position is compared again. Together they are what a read waits for the replica at most. */
const waits = [3, 6, 12];
/** How long a replica that was behind or unreachable isn't asked. Milliseconds. */
const defaultPause = 2_000;
/** Of a comparison. Milliseconds. */
const queryTimeout = 1_000;

/**
 * Where the primary is. A commit that was acknowledged is before it. Without `synchronous_commit`, it may be acknowledged before it is
 * written.
 */
const primaryPosition = `SELECT CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
  ELSE pg_current_wal_lsn() END::text AS position, system_identifier::text AS system FROM pg_control_system()`;

/** A server that isn't in recovery is no replica: it may have been promoted, and then has another history. */
const hasPosition = `SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS "isCurrent", system_identifier::text = $2 AS "isSame"
  FROM pg_control_system()`;

/** Reads on `pool` while it is no more than 21 ms behind `primary`. */
export function createReplica(primary: pg.Pool, pool: pg.Pool, pauseMs = defaultPause): Replica {
  let pausedUntil = 0;
  const pause = (): null => {
    pausedUntil = performance.now() + pauseMs;
    return null;
  };
  const isCurrent = async (client: pg.PoolClient, values: readonly string[]): Promise<boolean> => {
    for (const delay of [...waits, null]) {
      const query: TimedQuery = { text: hasPosition, values: [...values], query_timeout: queryTimeout };
      const { rows } = await client.query<{ isCurrent: boolean; isSame: boolean }>(query);
      const [row] = rows;
      if (row === undefined || !row.isSame) return false;
      if (row.isCurrent) return true;
      if (delay !== null) await wait(delay);
    }
    return false;
  };
  /** A connection to a replica that has everything; null if there is none. */
  const open = async (): Promise<pg.PoolClient | null> => {
    const position = await readPosition(primary);
    const client = await checkOut(pool);
    try {
      if (await isCurrent(client, position)) return client;
      client.release();
    } catch {
      client.release(true);
    }
    return null;
  };
  return {
    pool,
    read: async (work) => {
      if (performance.now() < pausedUntil) return null;
      const client = await open().catch(() => null);
      if (client === null) return pause();
      try {
        return { result: await work(client) };
      } catch (error) {
        if (isConflict(error) || isStalePlan(error)) return null;
        if (error instanceof DatabaseUnavailable) return pause();
        throw error;
      }
    },
  };
}

async function readPosition(primary: pg.Pool): Promise<readonly [position: string, system: string]> {
  const client = await checkOut(primary);
  try {
    const query: TimedQuery = { text: primaryPosition, query_timeout: queryTimeout };
    const { rows } = await client.query<{ position: string; system: string }>(query);
    client.release();
    const [row] = rows;
    if (row === undefined) throw new Error("The primary told no position.");
    return [row.position, row.system];
  } catch (error) {
    client.release(true);
    throw error;
  }
}
