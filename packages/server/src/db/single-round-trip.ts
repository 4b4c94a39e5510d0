/**
 * A read-only transaction of one statement in a single message. With `begin` and `commit` as separate messages there
 * would be three, which cost more than the statement itself.
 */
import pg from "pg";
import { toParameter } from "./column-values.ts";
import { getStatementName } from "./prepared.ts";
import type { Query, Statement } from "./sql.ts";

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
