/** Statements that may wait until the end of their transaction. */
import type { CompiledQuery, RawBuilder } from "kysely";
import type { Tx } from "./database.ts";

/** Statements that wait, by transaction. */
const waiting = new WeakMap<Tx, CompiledQuery[]>();

/**
 * Has a statement run at the very end of the transaction, on the way with the commit: it costs no round trip of its own,
 * and a lock that it takes is held as briefly as can be. If it fails, so does the transaction. Nothing later in the
 * transaction sees what it did.
 */
export function beforeCommit(tx: Tx, statement: RawBuilder<unknown>): void {
  waiting.set(tx, [...(waiting.get(tx) ?? []), statement.compile(tx)]);
}

/** Takes over the statements that wait, in the order in which they came. */
export function takeWaiting(tx: Tx): readonly CompiledQuery[] {
  const statements = waiting.get(tx) ?? [];
  waiting.delete(tx);
  return statements;
}
