/**
 * A read-only transaction of one statement in a single message. With `begin` and `commit` as separate messages there
 * would be three, which cost more than the statement itself.
 */
import { type CompiledQuery, Kysely, type RawBuilder } from "kysely";
import pg from "pg";
import { toParameter } from "./column-values.ts";
import type { Tx } from "./database.ts";
import { dialect } from "./open-transaction.ts";
import { getStatementName } from "./prepared.ts";

const compiling: Tx = new Kysely({ dialect });
const preparedOn = new WeakMap<object, Set<string>>();

/** A compiled statement, ready to be sent in either form. */
export interface SingleRoundTrip<T> {
  readonly query: CompiledQuery<T>;
  /** Its parameters as SQL literals. */
  readonly literals: string;
}

/**
 * Compiles a statement.
 * @throws TypeError for a parameter that can't be a literal
 */
export function compileSingleRoundTrip<T>(statement: RawBuilder<T>): SingleRoundTrip<T> {
  const query = statement.compile(compiling);
  return { query, literals: query.parameters.map((value) => toLiteral(toParameter(value))).join(",") };
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
  const name = getStatementName(query.sql);
  if (!preparedOn.get(client)?.has(name)) return null;
  return `set transaction read only; ${settings}; execute "${name}"(${literals})`;
}

/** Records that the statement is prepared on this connection. */
export function rememberPrepared(client: object, { sql }: CompiledQuery): void {
  const names = preparedOn.get(client) ?? new Set();
  names.add(getStatementName(sql));
  preparedOn.set(client, names);
}

/** A message ends at its first NUL: the rest would be lost, and with it the meaning. */
function toLiteral(value: string | null): string {
  if (value === null) return "NULL";
  if (value.includes("\0")) throw new TypeError("A text with a NUL can't be looked up.");
  return pg.escapeLiteral(value);
}
