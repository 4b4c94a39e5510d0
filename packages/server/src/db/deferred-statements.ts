/** Statements that are deferred until the end of their transaction. */
import type { CompiledQuery, RawBuilder } from "kysely";
import type { Tx } from "./database.ts";

/** Deferred statements, by transaction. */
const deferred = new WeakMap<Tx, CompiledQuery[]>();
/** Statements that run after them. */
const deferredLast = new WeakMap<Tx, CompiledQuery[]>();

/**
 * Runs a statement at the end of the transaction, sent together with the commit: it costs no extra round trip, and
 * its locks are held as briefly as possible. If it fails, so does the transaction. Later statements of the
 * transaction don't see its effects.
 */
export function deferToCommit(tx: Tx, statement: RawBuilder<unknown>): void {
  deferred.set(tx, [...(deferred.get(tx) ?? []), statement.compile(tx)]);
}

/**
 * The same, after all other deferred statements: for a check that must see what was committed while they waited for
 * locks.
 */
export function deferToCommitLast(tx: Tx, statement: RawBuilder<unknown>): void {
  deferredLast.set(tx, [...(deferredLast.get(tx) ?? []), statement.compile(tx)]);
}

/** Removes and returns the deferred statements, in execution order. */
export function takeDeferred(tx: Tx): readonly CompiledQuery[] {
  const statements = [...(deferred.get(tx) ?? []), ...(deferredLast.get(tx) ?? [])];
  deferred.delete(tx);
  deferredLast.delete(tx);
  return statements;
}
