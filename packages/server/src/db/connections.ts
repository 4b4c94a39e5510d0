/** Pool connections: checkout, release, and removal when they broke. */
import type pg from "pg";
import { measureStatement } from "../telemetry/measured-work.ts";
import { DatabaseUnavailable } from "./database.ts";
import { isQueryTimeout, isReadOnly, sqlState, toUnreachable } from "./errors.ts";

/** All connections to one server. Raising the generation replaces them all at their next use. */
interface Group {
  generation: number;
  replacedAt: number;
  readonly onReplaced: () => void;
}

/** How often connections to a read-only server are replaced, in case another server has taken over. Milliseconds. */
const readOnlyInterval = 10_000;

const brokenClients = new WeakSet<object>();
const groups = new WeakMap<object, { readonly group: Group; readonly generation: number }>();

/**
 * Tracks broken connections; without an error listener a lost connection would end the process. `pools` lead to one
 * server; `onReplaced` is called when their connections must be reopened.
 */
export function watchConnections(pools: readonly pg.Pool[], onReplaced: () => void = () => undefined): void {
  const group: Group = { generation: 0, replacedAt: Number.NEGATIVE_INFINITY, onReplaced };
  for (const pool of pools) {
    pool.on("connect", (client) => {
      groups.set(client, { group, generation: group.generation });
      client.on("error", () => brokenClients.add(client));
    });
    pool.on("error", () => undefined); // an idle connection was lost, and the pool has removed it
  }
}

/** A pool connection that isn't known to be broken. */
export async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect().catch((error: unknown) => {
      throw toUnreachable(error);
    });
    const known = groups.get(client);
    if (known === undefined || known.generation === known.group.generation) return client;
    discard(client);
  }
}

/** Destroys a connection without a termination message, which might never arrive. */
function discard(client: pg.PoolClient): void {
  client.connection.stream.destroy();
  client.release(true);
}

/**
 * Interprets an error on a connection: whether it came with the loss of the connection rather than from the server.
 * Also replaces the other connections when needed.
 */
export function explainFailure(client: pg.PoolClient, error: unknown): unknown {
  if (isQueryTimeout(error)) replaceAll(client);
  if (isReadOnly(error)) replaceAll(client, readOnlyInterval); // another server may have taken over
  return explainConnectionError(client, error);
}

/** Interprets an error on a connection without touching the others. */
export function explainConnectionError(client: pg.PoolClient, error: unknown): unknown {
  if (isQueryTimeout(error))
    return new DatabaseUnavailable("The database didn't answer in time.", { cause: error });
  if (sqlState(error) !== null || !(brokenClients.has(client) || isEndOfConnection(error))) return error;
  return new DatabaseUnavailable("The connection to the database broke.", { cause: error });
}

/** Recognised by the driver's message, which may come before the connection's event. */
function isEndOfConnection(error: unknown): boolean {
  return error instanceof Error && /^Connection terminated|is not queryable$/.test(error.message);
}

/** When one connection is broken, the others are replaced too instead of failing one after the other. */
function replaceAll(client: pg.PoolClient, interval = 0): void {
  const known = groups.get(client);
  if (known === undefined || known.generation !== known.group.generation) return;
  const now = performance.now();
  if (now - known.group.replacedAt < interval) return;
  known.group.replacedAt = now;
  known.group.generation += 1;
  known.group.onReplaced();
}

/** A statement with a client-side timeout in milliseconds, after which its connection is dropped. */
export interface TimedQuery extends pg.QueryConfig {
  readonly query_timeout?: number | undefined;
}

/**
 * Runs one statement outside any transaction, as the owner of the database.
 * @throws DatabaseUnavailable
 */
export async function queryAlone(pool: pg.Pool, query: TimedQuery): Promise<pg.QueryResult> {
  const client = await checkOut(pool);
  try {
    const result: pg.QueryResult = await measureStatement(query.text, () => client.query(query));
    client.release(client.getTransactionStatus() !== "I");
    return result;
  } catch (error) {
    client.release(sqlState(error) === null || client.getTransactionStatus() !== "I");
    throw explainFailure(client, error);
  }
}
