/** The two ways into the database: inside one organization, and outside all of them. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { RawBuilder } from "kysely";
import type pg from "pg";
import { announcedBy } from "./announce.ts";
import { DatabaseUnavailable, type OpenDatabase, type TransactionOptions, type Tx } from "./database.ts";
import type { Engine } from "./engine.ts";
import { inOrganization } from "./enter-organization.ts";
import { asUnavailable, asUnreachable, isConflict, isStalePlan, sqlState } from "./errors.ts";
import { compileLookUp, lookUpText, rememberPrepared } from "./look-up.ts";
import { openTransaction } from "./open-transaction.ts";
import { canKeep } from "./prepared.ts";

const mostTries = 5;

/** Milliseconds. A server behind a pooler takes them per transaction alone, so they travel with each `begin`. */
const patience =
  "set local statement_timeout = 30000; set local lock_timeout = 10000; set local idle_in_transaction_session_timeout = 30000";

/** A statement that is prepared has one plan that suits every tenant: planning it anew took three times as long as running it. */
const onePlan = "set local plan_cache_mode = force_generic_plan";

type Work<T> = (tx: Tx) => Promise<T>;

/** Transactions on the connections of an engine. */
export function createTransactions({
  pool,
  word,
}: Pick<Engine, "pool" | "word">): Pick<OpenDatabase, "tenant" | "shared" | "lookUp" | "onChange" | "ping"> {
  const listeners = new Set<(organizationId: string) => void>();
  const tell = (tx: Tx): void => {
    for (const organizationId of announcedBy(tx)) {
      for (const listener of listeners) listener(organizationId);
      word?.say(organizationId);
    }
  };
  const current = new AsyncLocalStorage<{ isOpen: boolean }>();

  const run = async <T>(
    opening: string,
    work: Work<T>,
    options: TransactionOptions = {},
    client?: pg.PoolClient,
  ): Promise<T> => {
    const mark = { isOpen: true };
    try {
      const { result, tx } = await current.run(mark, async () =>
        attempt(client ?? (await checkOut(pool)), opening, work, options),
      );
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
  const transact = async <T>(
    setting: string,
    work: Work<T>,
    options: TransactionOptions = {},
  ): Promise<T> => {
    outsideOfAny();
    const opening = `${beginning(options)}; ${asApplication}; ${setting}${patience}`;
    return again(() => run(opening, work, options));
  };
  /** In one message where the connection knows the statement, and otherwise as any other transaction, which teaches it. */
  const lookUp = async <T>(organizationId: string, statement: RawBuilder<T>): Promise<readonly T[]> => {
    outsideOfAny();
    const compiled = compileLookUp(statement);
    const { query } = compiled;
    const settings = `${asApplication}; ${inOrganization(organizationId)}; ${patience}; ${onePlan}`;
    return again(async () => {
      const client = await checkOut(pool);
      const text = lookUpText(client, settings, compiled);
      if (text !== null) return lastRows<T>(await settleAlone(client, text));
      const opening = `${beginning({ readOnly: true })}; ${settings}`;
      const work = async (tx: Tx) => (await tx.executeQuery(query)).rows;
      const rows = await run(opening, work, { readOnly: true }, client);
      if (canKeep(client, query.sql)) rememberPrepared(client, query);
      return rows;
    });
  };

  return {
    tenant: async (organizationId, work, options) =>
      transact(`${inOrganization(organizationId)}; `, work, options),
    lookUp,
    shared: async (work, options) => transact("", work, options),
    onChange: (listener) => {
      listeners.add(listener);
      const stopHearing = word?.hear(listener);
      return () => {
        listeners.delete(listener);
        stopHearing?.();
      };
    },
    ping: async () => {
      const client = await checkOut(pool);
      await settle(client, [], client.query("select 1"));
    },
  };
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
  opening: string,
  work: Work<T>,
  { readOnly = false }: TransactionOptions,
): Promise<{ readonly result: T; readonly tx: Tx }> {
  const { tx, begun, finish } = openTransaction(client, opening);
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
    const rollback = settle(client, [], client.query("rollback"), isStalePlan(failure));
    await rollback.catch(() => undefined); // the first error says more
    throw brokenBy(client, failure);
  }
  const committed = settle(client, last, client.query("commit"));
  if (readOnly) {
    committed.catch(() => undefined); // there was nothing to commit: the answer stands
    return { result, tx };
  }
  // PostgreSQL answers COMMIT with ROLLBACK when a statement had failed before.
  if ((await committed).command === "COMMIT") return { result, tx };
  throw new Error("The transaction was rolled back: a statement in it failed and the failure was swallowed.");
}

/** Sends a whole transaction as one message. A failure in it has rolled it back. */
async function settleAlone(client: pg.PoolClient, text: string): Promise<pg.QueryResult | pg.QueryResult[]> {
  try {
    const answer: pg.QueryResult | pg.QueryResult[] = await client.query(text);
    client.release(client.getTransactionStatus() !== "I");
    return answer;
  } catch (error) {
    client.release(isStalePlan(error) || client.getTransactionStatus() !== "I");
    throw brokenBy(client, error);
  }
}

/** The rows of the last statement of a message. */
function lastRows<T>(answer: pg.QueryResult | pg.QueryResult[]): readonly T[] {
  const last = Array.isArray(answer) ? answer.at(-1) : answer;
  return last?.rows ?? [];
}

/** A connection of the pool's. */
async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asUnreachable(error);
  }
}

/**
 * Waits for the last statements on a connection and gives it back, to the pool only if it is idle and sound. Throws the
 * first error; else gives the answer to `end`.
 */
async function settle(
  client: pg.PoolClient,
  before: readonly Promise<unknown>[],
  end: Promise<pg.QueryResult>,
  isSpoilt = false,
): Promise<pg.QueryResult> {
  const outcomes = await Promise.allSettled([...before, end]);
  const [ended] = await Promise.allSettled([end]);
  client.release(isSpoilt || ended.status === "rejected" || client.getTransactionStatus() !== "I");
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw brokenBy(client, failed.reason);
  return end;
}

/** An error that is no answer of the server's and came with the end of the connection. */
function brokenBy(client: pg.PoolClient, error: unknown): unknown {
  if (sqlState(error) !== null || !brokenClients.has(client)) return error;
  return new DatabaseUnavailable("The connection to the database broke.", { cause: error });
}

const brokenClients = new WeakSet<object>();

/** Remembers connections that broke. Without a listener of its own a lost connection would end the process. */
export function watchConnections(pool: pg.Pool): void {
  pool.on("connect", (client) => client.on("error", () => brokenClients.add(client)));
  pool.on("error", () => undefined); // an idle connection was lost; the pool has removed it
}
