/** Connections of a pool: had, given back, and thrown away when they broke or lead nowhere. */
import type pg from "pg";
import { DatabaseUnavailable } from "./database.ts";
import { asUnreachable, isQueryTimeout, isReadOnly, sqlState } from "./errors.ts";

/** All connections to one server. They are replaced together, when they are used next, by raising the generation. */
interface Group {
  generation: number;
  replacedAt: number;
  readonly onReplaced: () => void;
}

/** A server that stays read-only is not asked more often whether it is another by now. Milliseconds. */
const readOnlyInterval = 10_000;

const brokenClients = new WeakSet<object>();
const groups = new WeakMap<object, { readonly group: Group; readonly generation: number }>();

/**
 * Remembers connections that broke. Without a listener of its own a lost connection would end the process. `pools` lead to
 * one server; `onReplaced` is called when their connections have to be made again.
 */
export function watchConnections(pools: readonly pg.Pool[], onReplaced: () => void = () => undefined): void {
  const group: Group = { generation: 0, replacedAt: Number.NEGATIVE_INFINITY, onReplaced };
  for (const pool of pools) {
    pool.on("connect", (client) => {
      groups.set(client, { group, generation: group.generation });
      client.on("error", () => brokenClients.add(client));
    });
    pool.on("error", () => undefined); // an idle connection was lost; the pool has removed it
  }
}

/** A connection of the pool's that is not known to lead nowhere. */
export async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect().catch((error: unknown) => {
      throw asUnreachable(error);
    });
    const known = groups.get(client);
    if (known === undefined || known.generation === known.group.generation) return client;
    discard(client);
  }
}

/** Throws a connection away without a goodbye, which might never arrive. */
function discard(client: pg.PoolClient): void {
  client.connection.stream.destroy();
  client.release(true);
}

/**
 * Says what an error on a connection means: whether it is no answer of the server's and came with the end of the
 * connection. Notices what it says of the other connections.
 */
export function explainFailure(client: pg.PoolClient, error: unknown): unknown {
  if (isQueryTimeout(error)) replaceAll(client);
  if (isReadOnly(error)) replaceAll(client, readOnlyInterval); // another server may have taken over
  return explainAlone(client, error);
}

/** Says what an error on a connection means, and nothing of the other connections. */
export function explainAlone(client: pg.PoolClient, error: unknown): unknown {
  if (isQueryTimeout(error))
    return new DatabaseUnavailable("The database didn't answer in time.", { cause: error });
  if (sqlState(error) !== null || !(brokenClients.has(client) || isEndOfConnection(error))) return error;
  return new DatabaseUnavailable("The connection to the database broke.", { cause: error });
}

/** In the driver's words: it may say so before the connection's own event. */
function isEndOfConnection(error: unknown): boolean {
  return error instanceof Error && /^Connection terminated|is not queryable$/.test(error.message);
}

/** The connections beside one that led nowhere are not tried one after the other. */
function replaceAll(client: pg.PoolClient, interval = 0): void {
  const known = groups.get(client);
  if (known === undefined || known.generation !== known.group.generation) return;
  const now = performance.now();
  if (now - known.group.replacedAt < interval) return;
  known.group.replacedAt = now;
  known.group.generation += 1;
  known.group.onReplaced();
}

/** A statement with the time after which its connection is given up, in milliseconds. */
export interface TimedQuery extends pg.QueryConfig {
  readonly query_timeout?: number | undefined;
}

/** Runs one statement outside any transaction, as the user that owns the database. Throws `DatabaseUnavailable`. */
export async function queryAlone(pool: pg.Pool, query: TimedQuery): Promise<pg.QueryResult> {
  const client = await checkOut(pool);
  try {
    const result: pg.QueryResult = await client.query(query);
    client.release(client.getTransactionStatus() !== "I");
    return result;
  } catch (error) {
    client.release(sqlState(error) === null || client.getTransactionStatus() !== "I");
    throw explainFailure(client, error);
  }
}
