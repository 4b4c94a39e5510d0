/**
 * A transaction of one statement that reads, in a single message: the server is woken once and answers once. Between `begin` and
 * `commit` as messages of their own there would be three, and their way costs more than what they do.
 */
import { type CompiledQuery, Kysely, type RawBuilder } from "kysely";
import pg from "pg";
import { toParameter } from "./column-values.ts";
import type { Tx } from "./database.ts";
import { dialect } from "./open-transaction.ts";
import { nameOf } from "./prepared.ts";

const compiling: Tx = new Kysely({ dialect });
const preparedOn = new WeakMap<object, Set<string>>();

/** A statement, ready to be sent in either way. */
export interface LookUp<T> {
  readonly query: CompiledQuery<T>;
  /** Its parameters as they stand in a text. */
  readonly literals: string;
}

/** Compiles a statement. @throws TypeError for a parameter that can't be part of a text */
export function compileLookUp<T>(statement: RawBuilder<T>): LookUp<T> {
  const query = statement.compile(compiling);
  return { query, literals: query.parameters.map((value) => literalOf(toParameter(value))).join(",") };
}

/**
 * The whole transaction as one text, if this connection has prepared the statement before; otherwise null, and the statement has
 * to be sent in a transaction of several messages, which prepares it. `settings` begin it: role, tenant, limits.
 */
export function lookUpText<T>(
  client: object,
  settings: string,
  { query, literals }: LookUp<T>,
): string | null {
  const name = nameOf(query.sql);
  if (!preparedOn.get(client)?.has(name)) return null;
  return `set transaction read only; ${settings}; execute "${name}"(${literals})`;
}

/** Remembers that a transaction has prepared the statement on this connection. */
export function rememberPrepared(client: object, { sql }: CompiledQuery): void {
  const names = preparedOn.get(client) ?? new Set();
  names.add(nameOf(sql));
  preparedOn.set(client, names);
}

/** A message ends at its first NUL: what followed would be lost, and with it the meaning. */
function literalOf(value: string | null): string {
  if (value === null) return "NULL";
  if (value.includes("\0")) throw new TypeError("A text with a NUL can't be looked up.");
  return pg.escapeLiteral(value);
}
