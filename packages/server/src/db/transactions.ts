/** Runs transactions: inside one organization, or outside all of them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { measureStatement } from "../telemetry/measured-work.ts";
import { formatStatementName } from "../telemetry/statement-name.ts";
import { checkOut, explainConnectionError, explainFailure, type TimedQuery } from "./connections.ts";
import type { OpenDatabase, TransactionOptions, Tx } from "./database.ts";
import type { Engine } from "./engine.ts";
import { setOrganizationSql } from "./enter-organization.ts";
import { isConflict, isStalePlan, toReadOnlyError, toUnavailable } from "./errors.ts";
import {
  compileSingleRoundTrip,
  genericPlan,
  openTransaction,
  rememberPrepared,
  sendTogether,
  toSingleMessage,
} from "./open-transaction.ts";
import { canPrepare, type Statement } from "./sql.ts";
import { type TimeoutProfile, timeoutSettings } from "./timeouts.ts";

const maxAttempts = 5;

/** Timeout of a ping. Milliseconds. */
const pingTimeout = 2_000;

type Work<T> = (tx: Tx) => Promise<T>;

/** How a transaction begins, and the timeout of its statements. */
interface Opening {
  readonly text: string;
  readonly queryTimeout: number | undefined;
}

/** Transactions on the connections of an engine. */
export function createTransactions(engine: Omit<Engine, "kind" | "withoutTimeout" | "vacuum" | "close">) {
  const { pool, priorityPool, notifications } = engine;
  const listeners = new Set<(organizationId: string) => void>();
  const publish = (changes: ReadonlySet<string>): void => {
    for (const organizationId of changes) {
      for (const listener of listeners) listener(organizationId);
      notifications?.notify(organizationId);
    }
  };
  const current = new AsyncLocalStorage<{ isOpen: boolean }>();

  const run = async <T>(
    client: pg.PoolClient,
    opening: Opening,
    work: Work<T>,
    options: TransactionOptions,
  ): Promise<T> => {
    const scope = { isOpen: true };
    try {
      const { result, changes } = await current.run(scope, () => runOnce(client, opening, work, options));
      publish(changes);
      return result;
    } finally {
      scope.isOpen = false;
    }
  };
  const rejectNesting = (): void => {
    if (current.getStore()?.isOpen === true)
      throw new Error("A transaction was started inside another one: pass its tx on instead.");
  };
  /** Writers of one organization queue here, where waiting occupies no connection. */
  const withWriterLimit = async <T>(
    organizationId: string | null,
    options: TransactionOptions,
    profile: TimeoutProfile,
    work: () => Promise<T>,
  ): Promise<T> => {
    const queue = engine.timeouts[options.timeouts ?? profile]?.queue;
    if (options.readOnly === true || options.isUnqueued === true) return work();
    if (engine.writers === null || queue === undefined) return work();
    return engine.writers.run(organizationId, queue, work);
  };
  const transact = async <T>(
    organizationId: string | null,
    work: Work<T>,
    options: TransactionOptions,
    profile: TimeoutProfile,
  ): Promise<T> => {
    rejectNesting();
    const timeouts = engine.timeouts[options.timeouts ?? profile];
    const tenant = organizationId === null ? "" : `; ${setOrganizationSql(organizationId)}`;
    const opening = {
      text: `${beginStatement(options)}; ${setRole}${tenant}${timeoutSettings(timeouts)}`,
      queryTimeout: timeouts?.query,
    };
    const connections = options.isPriority === true ? priorityPool : pool;
    try {
      return await withWriterLimit(organizationId, options, profile, () =>
        withRetries(async () => run(await checkOut(connections), opening, work, options)),
      );
    } catch (error) {
      throw options.readOnly === true ? error : toReadOnlyError(error);
    }
  };
  /**
   * In one message if the connection has prepared the statement, otherwise in a normal transaction, which prepares
   * it.
   */
  const readInOneRoundTrip = async <T>(
    organizationId: string,
    statement: Statement<T>,
    isPriority: boolean,
    profile: TimeoutProfile,
  ): Promise<readonly T[]> => {
    rejectNesting();
    const compiled = compileSingleRoundTrip(statement);
    const { query } = compiled;
    const timeouts = engine.timeouts[profile];
    const queryTimeout = timeouts?.query;
    const settings = `${setRole}; ${setOrganizationSql(organizationId)}${timeoutSettings(timeouts)}${genericPlan}`;
    return withRetries(async () => {
      const client = await checkOut(isPriority ? priorityPool : pool);
      const text = toSingleMessage(client, settings, compiled);
      if (text !== null)
        return lastRows<T>(await sendSingleMessage(client, timed(text, queryTimeout), query.text));
      const opening = { text: `${beginStatement({ readOnly: true })}; ${settings}`, queryTimeout };
      const work = async (tx: Tx) => (await tx.query(query)).rows;
      const rows = await run(client, opening, work, { readOnly: true });
      if (canPrepare(client, query.text)) rememberPrepared(client, query);
      return rows;
    });
  };
  const onChange = (listener: (organizationId: string) => void) => {
    listeners.add(listener);
    const stopListening = notifications?.listen(listener);
    return () => {
      listeners.delete(listener);
      stopListening?.();
    };
  };
  const ping = async () => {
    const client = await checkOut(priorityPool);
    const timeout = engine.timeouts.interactive === null ? undefined : pingTimeout;
    const query = timed("select current_setting('transaction_read_only') as value", timeout);
    // The timeout is short, so a slow server may miss it: only this connection is dropped. Reconnecting everything at
    // every probe would slow such a server down further.
    const { rows } = await settle(client, [], client.query(query), { explain: explainConnectionError });
    return { isReadOnly: rows[0]?.value === "on" };
  };
  const readConnections = () =>
    (pool === priorityPool ? [pool] : [pool, priorityPool]).map((one) => ({
      pool: one === pool ? ("general" as const) : ("priority" as const),
      inUse: one.totalCount - one.idleCount,
      idle: one.idleCount,
      waiting: one.waitingCount,
    }));
  return (profile: TimeoutProfile): Omit<OpenDatabase, "engine" | "close" | "withTimeouts"> => ({
    tenant: async (organizationId, work, options = {}) => transact(organizationId, work, options, profile),
    readInOneRoundTrip: async (organizationId, statement, { isPriority = true } = {}) =>
      readInOneRoundTrip(organizationId, statement, isPriority, profile),
    shared: async (work, options = {}) => transact(null, work, options, profile),
    onChange,
    ping,
    readConnections,
    isAlive: engine.isAlive,
  });
}

function timed(text: string, queryTimeout: number | undefined): TimedQuery {
  return { text, query_timeout: queryTimeout };
}

/** As what a commit is measured. */
const commitText = `${formatStatementName("commit")}COMMIT`;

const setRole = "set local role gatehouse_app";

function beginStatement({ isolation = "read committed", readOnly = false }: TransactionOptions): string {
  return `begin isolation level ${isolation}${readOnly ? " read only" : ""}`;
}

/** Retries after a conflict with another transaction. */
async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(isConflict(error) || isStalePlan(error)) || attempt === maxAttempts) throw toUnavailable(error);
      await wait(randomInt(1, 8 * 2 ** attempt));
    }
  }
}

async function runOnce<T>(
  client: pg.PoolClient,
  opening: Opening,
  work: Work<T>,
  { readOnly = false }: TransactionOptions,
): Promise<{ readonly result: T; readonly changes: ReadonlySet<string> }> {
  const timedOpening = timed(opening.text, opening.queryTimeout);
  const { tx, begun, changes, finish } = openTransaction(client, timedOpening, { readOnly });
  let result: T;
  let last: readonly Promise<unknown>[];
  try {
    result = await work(tx);
    last = [begun, ...finish()];
  } catch (error) {
    const failure = await begun.then(
      () => error,
      (reason: unknown) => reason,
    );
    const rollback = settle(client, [], client.query(timed("rollback", opening.queryTimeout)), {
      isSpoilt: isStalePlan(failure),
    });
    await rollback.catch(() => undefined); // the first error says more
    throw explainFailure(client, failure);
  }
  const commit = measureStatement(commitText, () => {
    sendTogether(client);
    return client.query(timed("commit", opening.queryTimeout));
  });
  const committed = settle(client, last, commit);
  if (readOnly) {
    committed.catch(() => undefined); // there was nothing to commit
    return { result, changes };
  }
  // PostgreSQL responds to COMMIT with ROLLBACK when a statement failed before.
  if ((await committed).command === "COMMIT") return { result, changes };
  throw new Error("The transaction was rolled back: a statement in it failed and the failure was swallowed.");
}

/**
 * Sends a whole transaction as one message. An error in it has rolled it back. `statement` is its one statement: the message also
 * contains the parameters.
 */
async function sendSingleMessage(
  client: pg.PoolClient,
  query: TimedQuery,
  statement: string,
): Promise<pg.QueryResult | pg.QueryResult[]> {
  try {
    const answer: pg.QueryResult | pg.QueryResult[] = await measureStatement(statement, () =>
      client.query(query),
    );
    client.release(client.getTransactionStatus() !== "I");
    return answer;
  } catch (error) {
    client.release(isStalePlan(error) || client.getTransactionStatus() !== "I");
    throw explainFailure(client, error);
  }
}

/** The rows of the last statement of a message. */
function lastRows<T>(answer: pg.QueryResult | pg.QueryResult[]): readonly T[] {
  const last = Array.isArray(answer) ? answer.at(-1) : answer;
  return last?.rows ?? [];
}

/**
 * Waits for the last statements on a connection and releases it, to the pool only if it is idle and intact. Throws
 * the first error, else returns the result of `end`.
 */
async function settle(
  client: pg.PoolClient,
  before: readonly Promise<unknown>[],
  end: Promise<pg.QueryResult>,
  { isSpoilt: isBroken = false, explain = explainFailure } = {},
): Promise<pg.QueryResult> {
  const outcomes = await Promise.allSettled([...before, end]);
  const [ended] = await Promise.allSettled([end]);
  client.release(isBroken || ended.status === "rejected" || client.getTransactionStatus() !== "I");
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw explain(client, failed.reason);
  return end;
}
