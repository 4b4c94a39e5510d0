/** One transaction on one connection: begun without waiting, bound to its tenant, and never left half done. */
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
import { takeWaiting } from "./before-commit.ts";
import { toParameter } from "./column-values.ts";
import type { TimedQuery } from "./connections.ts";
import type { Tx } from "./database.ts";
import { toQueryConfig } from "./prepared.ts";

const compiler = new PostgresQueryCompiler();
const adapter = new PostgresAdapter();

/** A transaction whose `begin` is on its way. */
export interface OpenTransaction {
  readonly tx: Tx;
  /** Settles when the server has begun it. Its error explains the errors of all that follow. */
  readonly begun: Promise<void>;
  /**
   * Lets no further statement in and sends those that waited for the end. Gives their answers, to be awaited with the
   * commit's. Throws if a statement was started and not waited for.
   */
  readonly finish: () => readonly Promise<unknown>[];
}

/** Sends `opening` and gives the transaction at once: its first statement travels in the same round trip. */
export function openTransaction(client: pg.PoolClient, opening: TimedQuery): OpenTransaction {
  const begun = client.query(opening).then(() => undefined);
  begun.catch(() => undefined); // whoever uses the transaction awaits it too, but maybe later
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
      throw new Error("Statements don't stream: read pages instead.");
    },
  };
  const tx = createTx(connection);
  return {
    tx,
    begun,
    finish: () => {
      isOpen = false;
      if (running > 0) throw new Error("A statement was still running when its transaction ended: await it.");
      return takeWaiting(tx).map(send);
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

const refuse = (): never => {
  throw new Error("This is a transaction already: use the tx that you were given.");
};

/** Kysely asks a driver for transactions; here they come from the database's own functions alone. */
const noTransactions: Driver = {
  init: refuse,
  acquireConnection: refuse,
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
  releaseConnection: refuse,
  destroy: refuse,
};

/** Writes SQL; connections come from elsewhere. */
export const dialect: Dialect = {
  createDriver: () => noTransactions,
  createQueryCompiler: () => compiler,
  createAdapter: () => adapter,
  createIntrospector: (db) => new PostgresIntrospector(db),
};
