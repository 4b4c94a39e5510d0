/**
 * Reads what a request wants in the message that authenticates it, in the same transaction: one round trip for both. Nobody gets the result
 * before the caller is authorized, and a statement reads nothing for a caller who isn't in the organization.
 */
import type { Language } from "@gatehouse/sdk/contract";
import type { Statement } from "../db/sql.ts";
import type { Deps } from "../deps.ts";

/** Statements that are sent behind the one that authenticates. */
export interface Ahead<Result> {
  /** All `prepared`, each with the condition `isCaller`. */
  readonly statements: readonly Statement[];
  /** Null if the rows don't tell whether the condition was true: then the handler reads them itself. */
  readonly toResult: (rows: readonly (readonly unknown[])[]) => Result | null;
}

/** Whose request it is, as far as it is known before the authentication. */
export interface ExpectedCaller {
  readonly organizationId: string;
  /** Of the response; undefined if it is that of the account, which isn't known yet. */
  readonly language: Language | null | undefined;
  /** Whether the session or key is live, and its user in the organization. Permissions are checked later. */
  readonly isCaller: Statement;
}

/** Says what to read ahead; null for nothing. */
export type ReadAhead<Result = unknown> = (caller: ExpectedCaller) => Ahead<Result> | null;

/** The row of a session or key, and what was read with it. */
export async function readCaller<Row>(
  { db }: Pick<Deps, "db">,
  organizationId: string,
  statement: Statement<Row>,
  ahead: Ahead<unknown> | null,
): Promise<{ readonly row: Row | null; readonly ahead: unknown }> {
  if (ahead === null) {
    const [row = null] = await db.readInOneRoundTrip(organizationId, statement);
    return { row, ahead: null };
  }
  const [rows, ...others] = await db.readTogether(organizationId, [statement, ...ahead.statements]);
  return { row: rows[0] ?? null, ahead: ahead.toResult(others) };
}
