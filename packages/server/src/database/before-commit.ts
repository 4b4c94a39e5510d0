/** Statements that may wait until the end of their transaction. */
import type { CompiledQuery, RawBuilder } from "kysely";
import type { Tx } from "./database.ts";

/** Statements that wait, by transaction. */
const waiting = new WeakMap<Tx, CompiledQuery[]>();
/** And those that come behind them. */
const last = new WeakMap<Tx, CompiledQuery[]>();

/**
 * Has a statement run at the very end of the transaction, on the way with the commit: it costs no round trip of its own,
 * and a lock that it takes is held as briefly as can be. If it fails, so does the transaction. Nothing later in the
 * transaction sees what it did.
 */
export function beforeCommit(tx: Tx, statement: RawBuilder<unknown>): void {
  waiting.set(tx, [...(waiting.get(tx) ?? []), statement.compile(tx)]);
}

/** The same, behind all that wait, whenever they came: for a check that has to see what was committed while they waited for locks. */
export function lastBeforeCommit(tx: Tx, statement: RawBuilder<unknown>): void {
  last.set(tx, [...(last.get(tx) ?? []), statement.compile(tx)]);
}

/** Takes over the statements that wait, in the order in which they are to run. */
export function takeWaiting(tx: Tx): readonly CompiledQuery[] {
  const statements = [...(waiting.get(tx) ?? []), ...(last.get(tx) ?? [])];
  waiting.delete(tx);
  last.delete(tx);
  return statements;
}
