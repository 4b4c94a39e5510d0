/** Runs transactions: inside one organization, or outside all of them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { measureStatement } from "../telemetry/measured-work.ts";
import { formatStatementName } from "../telemetry/statement-name.ts";
import { checkOut, explainConnectionError, explainFailure, type TimedQuery } from "./connections.ts";
import type { ConnectionState, OpenDatabase, TransactionOptions, Tx } from "./database.ts";
import type { Engine } from "./engine.ts";
import { setOrganizationSql } from "./enter-organization.ts";
import { isConflict, isStalePlan, toReadOnlyError, toUnavailable } from "./errors.ts";
import {
  canUseGenericPlans,
  compileSingleRoundTrip,
  genericPlan,
  type Opening,
  openTransaction,
  rememberPrepared,
  sendTogether,
  setRole,
  toSingleMessage,
} from "./open-transaction.ts";
import { canPrepare, type Statement } from "./sql.ts";
import { type TimeoutProfile, timeoutSettings } from "./timeouts.ts";

const maxAttempts = 5;

/** Timeout of a ping. Milliseconds. */
const pingTimeout = 2_000;

type Work<T> = (tx: Tx) => Promise<T>;

/** Transactions on the connections of an engine. */
export function createTransactions(engine: Omit<Engine, "kind" | "withoutTimeout" | "vacuum" | "close">) {
  const { pool, priorityPool, replica, notifications } = engine;
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
    const tenant = organizationId === null ? [] : [setOrganizationSql(organizationId)];
    const opening = {
      statements: [beginStatement(options), setRole, ...tenant, ...timeoutSettings(timeouts)],
      queryTimeout: timeouts?.query,
    };
    const connections = options.isPriority === true ? priorityPool : pool;
    if (options.readOnly === true && options.mayUseReplica === true && replica !== null) {
      const read = await replica.read((client) => run(client, opening, work, options));
      if (read !== null) return read.result;
    }
    try {
      return await withWriterLimit(organizationId, options, profile, () =>
        withRetries(async () => run(await checkOut(connections), opening, work, options)),
      );
    } catch (error) {
      throw options.readOnly === true ? error : toReadOnlyError(error);
    }
  };
  /**
   * In one message if the connection has prepared the statements, otherwise in a normal transaction, which prepares them.
   */
  const readTogether = async <T>(
    organizationId: string,
    statements: readonly [Statement<T>, ...Statement[]],
    isPriority: boolean,
    profile: TimeoutProfile,
  ): Promise<readonly [readonly T[], ...(readonly unknown[])[]]> => {
    rejectNesting();
    const [first, ...others] = statements;
    const compiled = [compileSingleRoundTrip(first), ...others.map(compileSingleRoundTrip)] as const;
    const timeouts = engine.timeouts[profile];
    const queryTimeout = timeouts?.query;
    const settings = [setRole, setOrganizationSql(organizationId), ...timeoutSettings(timeouts)];
    return withRetries(async () => {
      const client = await checkOut(isPriority ? priorityPool : pool);
      const text = toSingleMessage(client, [...settings, ...genericPlan], compiled);
      if (text !== null) {
        const { text: measured } = (compiled.at(-1) ?? compiled[0]).query;
        const results = await sendSingleMessage(client, timed(text, queryTimeout), measured);
        const [rows = [], ...more] = results.slice(-compiled.length).map((result) => result.rows);
        return [rows, ...more];
      }
      const plans = canUseGenericPlans(client) ? genericPlan : [];
      const opening = {
        statements: [beginStatement({ readOnly: true }), ...settings, ...plans],
        queryTimeout,
      };
      const [one, ...rest] = compiled;
      const work = async (tx: Tx) => {
        const sent = rest.map(({ query }) => query);
        const [result, ...results] = await Promise.all([tx.query(one.query), ...sent.map(tx.query)]);
        return [result.rows, ...results.map(({ rows }) => rows)] as const;
      };
      const rows = await run(client, opening, work, { readOnly: true });
      for (const { query } of compiled) if (canPrepare(client, query.text)) rememberPrepared(client, query);
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
  const readConnections = () => [
    describePool("general", pool),
    ...(pool === priorityPool ? [] : [describePool("priority", priorityPool)]),
    ...(replica === null ? [] : [describePool("replica", replica.pool)]),
  ];
  return (profile: TimeoutProfile): Omit<OpenDatabase, "engine" | "close" | "withTimeouts"> => ({
    tenant: async (organizationId, work, options = {}) => transact(organizationId, work, options, profile),
    readInOneRoundTrip: async (organizationId, statement, { isPriority = true } = {}) =>
      (await readTogether(organizationId, [statement], isPriority, profile))[0],
    readTogether: async (organizationId, statements) =>
      readTogether(organizationId, statements, false, profile),
    shared: async (work, options = {}) => transact(null, work, options, profile),
    onChange,
    ping,
    readConnections,
    isAlive: engine.isAlive,
  });
}

function describePool(name: ConnectionState["pool"], pool: pg.Pool): ConnectionState {
  const { totalCount, idleCount, waitingCount } = pool;
  return { pool: name, inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

function timed(text: string, queryTimeout: number | undefined): TimedQuery {
  return { text, query_timeout: queryTimeout };
}

/** As what a commit is measured. */
const commitText = `${formatStatementName("commit")}COMMIT`;

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
  const { tx, begun, changes, finish } = openTransaction(client, opening, { readOnly });
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
 * Sends a whole transaction as one message. An error in it has rolled it back. `statement` is the last one of it: the message also
 * contains the parameters.
 */
async function sendSingleMessage(
  client: pg.PoolClient,
  query: TimedQuery,
  statement: string,
): Promise<readonly pg.QueryResult[]> {
  try {
    const answer: pg.QueryResult | pg.QueryResult[] = await measureStatement(statement, () =>
      client.query(query),
    );
    client.release(client.getTransactionStatus() !== "I");
    return [answer].flat();
  } catch (error) {
    client.release(isStalePlan(error) || client.getTransactionStatus() !== "I");
    throw explainFailure(client, error);
  }
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
