/** One transaction on one connection: begun without waiting, bound to its tenant, and always ended. */
import pg from "pg";
import { measureStatement } from "../telemetry/measured-work.ts";
import { toParameter } from "./column-values.ts";
import type { TimedQuery } from "./connections.ts";
import type { Tx } from "./database.ts";
import { isDirect, localSessionSettings } from "./session-settings.ts";
import { getStatementName, type Query, type Statement, toQueryConfig } from "./sql.ts";

/** A transaction whose `begin` has been sent. */
export interface OpenTransaction {
  readonly tx: Tx;
  /** Settles when the server has begun it. Its error is the cause of all later errors. */
  readonly begun: Promise<void>;
  /** The organizations whose changes are to be published after the commit. */
  readonly changes: ReadonlySet<string>;
  /**
   * Rejects further statements and sends the deferred ones. Returns their results, to be awaited with the commit's.
   * Throws if a statement was started and not awaited.
   */
  readonly finish: () => readonly Promise<unknown>[];
}

/** Sends `opening` and returns the transaction at once: its first statement is sent in the same round trip. */
export function openTransaction(client: pg.PoolClient, opening: TimedQuery): OpenTransaction {
  const text = isDirect(client) ? opening.text : `${opening.text}; ${localSessionSettings}`;
  const begun = client.query({ ...opening, text }).then(() => undefined);
  begun.catch(() => undefined); // the transaction's user awaits it too, maybe later
  let isOpen = true;
  let running = 0;
  const timeout = { query_timeout: opening.query_timeout };
  const send = async ({ text, values }: Query<unknown>) => {
    const config = { ...toQueryConfig(client, text, values.map(toParameter)), ...timeout };
    return measureStatement(text, () => client.query(config));
  };
  const query: Tx["query"] = async (statement) => {
    if (!isOpen) throw new Error("This transaction is over: a statement came after its end.");
    running += 1;
    try {
      const { rows, rowCount, fields } = await send(statement);
      return { rows, rowCount: rowCount ?? 0, fields };
    } finally {
      running -= 1;
    }
  };
  const deferred: (Statement | (() => Statement))[] = [];
  const deferredLast: Statement[] = [];
  const takeDeferred = () =>
    [...deferred.splice(0), ...deferredLast.splice(0)].map((one) =>
      typeof one === "function" ? one() : one,
    );
  const changes = new Set<string>();
  const tx: Tx = {
    query,
    deferToCommit: (statement) => void deferred.push(statement),
    deferToCommitLast: (statement) => void deferredLast.push(statement),
    runDeferred: async () => void (await Promise.all(takeDeferred().map(query))),
    publishChange: (organizationId) => void changes.add(organizationId),
  };
  return {
    tx,
    begun,
    changes,
    finish: () => {
      isOpen = false;
      if (running > 0) throw new Error("A statement was still running when its transaction ended: await it.");
      return takeDeferred().map(send);
    },
  };
}

const preparedOn = new WeakMap<object, Set<string>>();

/** A compiled statement, ready to be sent in either form. */
export interface SingleRoundTrip<T> {
  readonly query: Query<T>;
  /** Its parameters as SQL literals. */
  readonly literals: string;
}

/**
 * Compiles a statement.
 * @throws TypeError for a parameter that can't be a literal
 */
export function compileSingleRoundTrip<T>(statement: Statement<T>): SingleRoundTrip<T> {
  const { text, values } = statement;
  const literals = values.map((value) => toLiteral(toParameter(value))).join(",");
  return { query: { text, values }, literals };
}

/**
 * The whole transaction as one message, if this connection has prepared the statement; otherwise null, and the
 * statement must be sent in a normal transaction, which prepares it. `settings` are role, tenant and timeouts.
 */
export function toSingleMessage<T>(
  client: object,
  settings: string,
  { query, literals }: SingleRoundTrip<T>,
): string | null {
  const name = getStatementName(query.text);
  if (!preparedOn.get(client)?.has(name)) return null;
  return `set transaction read only; ${settings}; execute "${name}"(${literals})`;
}

/** Records that the statement is prepared on this connection. */
export function rememberPrepared(client: object, { text }: Query<unknown>): void {
  const names = preparedOn.get(client) ?? new Set();
  names.add(getStatementName(text));
  preparedOn.set(client, names);
}

/** A message ends at its first NUL: the rest would be lost, and with it the meaning. */
function toLiteral(value: string | null): string {
  if (value === null) return "NULL";
  if (value.includes("\0")) throw new TypeError("A text with a NUL can't be looked up.");
  return pg.escapeLiteral(value);
}
