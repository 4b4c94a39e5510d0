/** One transaction on one connection: begun without waiting, bound to its tenant, and always ended. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import type pg from "pg";
import { toParameter } from "./column-values.ts";
import type { TimedQuery } from "./connections.ts";
import type { Tx } from "./database.ts";
import { takeDeferred } from "./deferred-statements.ts";
import { toQueryConfig } from "./prepared.ts";

const compiler = new PostgresQueryCompiler();
const adapter = new PostgresAdapter();

/** A transaction whose `begin` has been sent. */
export interface OpenTransaction {
  readonly tx: Tx;
  /** Settles when the server has begun it. Its error is the cause of all later errors. */
  readonly begun: Promise<void>;
  /**
   * Rejects further statements and sends the deferred ones. Returns their results, to be awaited with the commit's.
   * Throws if a statement was started and not awaited.
   */
  readonly finish: () => readonly Promise<unknown>[];
}

/** Sends `opening` and returns the transaction at once: its first statement is sent in the same round trip. */
export function openTransaction(client: pg.PoolClient, opening: TimedQuery): OpenTransaction {
  const begun = client.query(opening).then(() => undefined);
  begun.catch(() => undefined); // the transaction's user awaits it too, maybe later
  let isOpen = true;
  let running = 0;
  const timeout = { query_timeout: opening.query_timeout };
  const send = async (query: CompiledQuery) =>
    client.query({
      ...toQueryConfig(client, query.sql, query.parameters.map(toParameter)),
      ...timeout,
    });
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      if (!isOpen) throw new Error("This transaction is over: a statement came after its end.");
      running += 1;
      try {
        return toResult<R>(await send(query));
      } finally {
        running -= 1;
      }
    },
    streamQuery: () => {
      throw new Error("Statements can't be streamed: read pages instead.");
    },
  };
  const tx = createTx(connection);
  return {
    tx,
    begun,
    finish: () => {
      isOpen = false;
      if (running > 0) throw new Error("A statement was still running when its transaction ended: await it.");
      return takeDeferred(tx).map(send);
    },
  };
}

function toResult<R>(result: pg.QueryResult): QueryResult<R> {
  if (!changing.has(result.command)) return { rows: result.rows };
  return { rows: result.rows, numAffectedRows: BigInt(result.rowCount ?? 0) };
}

const changing: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

function createTx(connection: DatabaseConnection): Tx {
  const executor = new DefaultQueryExecutor(compiler, adapter, {
    provideConnection: (consumer) => consumer(connection),
  });
  return new Kysely({ config: { dialect }, dialect, driver: noTransactions, executor });
}

const rejectNesting = (): never => {
  throw new Error("This is a transaction already: use the tx that you were given.");
};

/** Kysely expects a driver for transactions; here they come only from the database's own functions. */
const noTransactions: Driver = {
  init: rejectNesting,
  acquireConnection: rejectNesting,
  beginTransaction: rejectNesting,
  commitTransaction: rejectNesting,
  rollbackTransaction: rejectNesting,
  releaseConnection: rejectNesting,
  destroy: rejectNesting,
};

/** Compiles SQL; connections come from elsewhere. */
export const dialect: Dialect = {
  createDriver: () => noTransactions,
  createQueryCompiler: () => compiler,
  createAdapter: () => adapter,
  createIntrospector: (db) => new PostgresIntrospector(db),
};
