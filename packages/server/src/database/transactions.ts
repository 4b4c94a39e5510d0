/** The two ways into the database: inside one organization, and outside all of them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { RawBuilder } from "kysely";
import type pg from "pg";
import { announcedBy } from "./announce.ts";
import { checkOut, explainAlone, explainFailure, type TimedQuery } from "./connections.ts";
import type { OpenDatabase, TransactionOptions, Tx } from "./database.ts";
import type { Engine } from "./engine.ts";
import { inOrganization } from "./enter-organization.ts";
import { asReadOnly, asUnavailable, isConflict, isStalePlan } from "./errors.ts";
import { compileLookUp, lookUpText, rememberPrepared } from "./look-up.ts";
import { openTransaction } from "./open-transaction.ts";
import { canKeep } from "./prepared.ts";
import { type TimeoutProfile, timeoutSettings } from "./timeouts.ts";

const mostTries = 5;

/** A ping that takes longer is no answer. Milliseconds. */
const pingTimeout = 2_000;

/** A statement that is prepared has one plan that suits every tenant: planning it anew took three times as long as running it. */
const onePlan = "; set local plan_cache_mode = force_generic_plan";

type Work<T> = (tx: Tx) => Promise<T>;

/** How a transaction begins, and how long its statements may take on the way. */
interface Opening {
  readonly text: string;
  readonly queryTimeout: number | undefined;
}

/** Transactions on the connections of an engine. */
export function createTransactions(engine: Omit<Engine, "kind" | "patiently" | "tidy" | "close">) {
  const { pool, priorityPool, word } = engine;
  const listeners = new Set<(organizationId: string) => void>();
  const tell = (tx: Tx): void => {
    for (const organizationId of announcedBy(tx)) {
      for (const listener of listeners) listener(organizationId);
      word?.say(organizationId);
    }
  };
  const current = new AsyncLocalStorage<{ isOpen: boolean }>();

  const run = async <T>(
    client: pg.PoolClient,
    opening: Opening,
    work: Work<T>,
    options: TransactionOptions,
  ): Promise<T> => {
    const mark = { isOpen: true };
    try {
      const { result, tx } = await current.run(mark, () => attempt(client, opening, work, options));
      tell(tx);
      return result;
    } finally {
      mark.isOpen = false;
    }
  };
  const outsideOfAny = (): void => {
    if (current.getStore()?.isOpen === true)
      throw new Error("A transaction was asked for inside another one: pass its tx on instead.");
  };
  /** Writers of one organization wait for each other here, where a wait costs no connection. */
  const inTurn = async <T>(
    organizationId: string | null,
    options: TransactionOptions,
    standard: TimeoutProfile,
    work: () => Promise<T>,
  ): Promise<T> => {
    const queue = engine.timeouts[options.timeouts ?? standard]?.queue;
    if (options.readOnly === true || engine.writers === null || queue === undefined) return work();
    return engine.writers.run(organizationId, queue, work);
  };
  const transact = async <T>(
    organizationId: string | null,
    work: Work<T>,
    options: TransactionOptions,
    standard: TimeoutProfile,
  ): Promise<T> => {
    outsideOfAny();
    const timeouts = engine.timeouts[options.timeouts ?? standard];
    const tenant = organizationId === null ? "" : `; ${inOrganization(organizationId)}`;
    const opening = {
      text: `${beginning(options)}; ${asApplication}${tenant}${timeoutSettings(timeouts)}`,
      queryTimeout: timeouts?.query,
    };
    const connections = options.isPriority === true ? priorityPool : pool;
    try {
      return await inTurn(organizationId, options, standard, () =>
        again(async () => run(await checkOut(connections), opening, work, options)),
      );
    } catch (error) {
      throw options.readOnly === true ? error : asReadOnly(error);
    }
  };
  /** In one message where the connection knows the statement, and otherwise as any other transaction, which teaches it. */
  const lookUp = async <T>(
    organizationId: string,
    statement: RawBuilder<T>,
    isPriority: boolean,
    standard: TimeoutProfile,
  ): Promise<readonly T[]> => {
    outsideOfAny();
    const compiled = compileLookUp(statement);
    const { query } = compiled;
    const timeouts = engine.timeouts[standard];
    const queryTimeout = timeouts?.query;
    const settings = `${asApplication}; ${inOrganization(organizationId)}${timeoutSettings(timeouts)}${onePlan}`;
    return again(async () => {
      const client = await checkOut(isPriority ? priorityPool : pool);
      const text = lookUpText(client, settings, compiled);
      if (text !== null) return lastRows<T>(await settleAlone(client, timed(text, queryTimeout)));
      const opening = { text: `${beginning({ readOnly: true })}; ${settings}`, queryTimeout };
      const work = async (tx: Tx) => (await tx.executeQuery(query)).rows;
      const rows = await run(client, opening, work, { readOnly: true });
      if (canKeep(client, query.sql)) rememberPrepared(client, query);
      return rows;
    });
  };
  const onChange = (listener: (organizationId: string) => void) => {
    listeners.add(listener);
    const stopHearing = word?.hear(listener);
    return () => {
      listeners.delete(listener);
      stopHearing?.();
    };
  };
  const ping = async () => {
    const client = await checkOut(priorityPool);
    const timeout = engine.timeouts.interactive === null ? undefined : pingTimeout;
    const query = timed("select current_setting('transaction_read_only') as value", timeout);
    // Its time is short, so a slow server misses it: only this connection is thrown away. To connect everything again at
    // every probe would make such a server slower still.
    const { rows } = await settle(client, [], client.query(query), { explain: explainAlone });
    return { isReadOnly: rows[0]?.value === "on" };
  };
  return (standard: TimeoutProfile): Omit<OpenDatabase, "engine" | "close" | "withTimeouts"> => ({
    tenant: async (organizationId, work, options = {}) => transact(organizationId, work, options, standard),
    lookUp: async (organizationId, statement, { isPriority = true } = {}) =>
      lookUp(organizationId, statement, isPriority, standard),
    shared: async (work, options = {}) => transact(null, work, options, standard),
    onChange,
    ping,
    isAlive: engine.isAlive,
  });
}

function timed(text: string, queryTimeout: number | undefined): TimedQuery {
  return { text, query_timeout: queryTimeout };
}

const asApplication = "set local role gatehouse_app";

function beginning({ isolation = "read committed", readOnly = false }: TransactionOptions): string {
  return `begin isolation level ${isolation}${readOnly ? " read only" : ""}`;
}

/** Tries again what another transaction got in the way of. */
async function again<T>(attempted: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempted();
    } catch (error) {
      if (!(isConflict(error) || isStalePlan(error)) || tries === mostTries) throw asUnavailable(error);
      await wait(randomInt(1, 8 * 2 ** tries));
    }
  }
}

async function attempt<T>(
  client: pg.PoolClient,
  opening: Opening,
  work: Work<T>,
  { readOnly = false }: TransactionOptions,
): Promise<{ readonly result: T; readonly tx: Tx }> {
  const { tx, begun, finish } = openTransaction(client, timed(opening.text, opening.queryTimeout));
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
  const committed = settle(client, last, client.query(timed("commit", opening.queryTimeout)));
  if (readOnly) {
    committed.catch(() => undefined); // there was nothing to commit: the answer stands
    return { result, tx };
  }
  // PostgreSQL answers COMMIT with ROLLBACK when a statement had failed before.
  if ((await committed).command === "COMMIT") return { result, tx };
  throw new Error("The transaction was rolled back: a statement in it failed and the failure was swallowed.");
}

/** Sends a whole transaction as one message. A failure in it has rolled it back. */
async function settleAlone(
  client: pg.PoolClient,
  query: TimedQuery,
): Promise<pg.QueryResult | pg.QueryResult[]> {
  try {
    const answer: pg.QueryResult | pg.QueryResult[] = await client.query(query);
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
 * Waits for the last statements on a connection and gives it back, to the pool only if it is idle and sound. Throws the
 * first error; else gives the answer to `end`.
 */
async function settle(
  client: pg.PoolClient,
  before: readonly Promise<unknown>[],
  end: Promise<pg.QueryResult>,
  { isSpoilt = false, explain = explainFailure } = {},
): Promise<pg.QueryResult> {
  const outcomes = await Promise.allSettled([...before, end]);
  const [ended] = await Promise.allSettled([end]);
  client.release(isSpoilt || ended.status === "rejected" || client.getTransactionStatus() !== "I");
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw explain(client, failed.reason);
  return end;
}
