/**
 * Reads what a request wants in the message that authenticates it, in the same transaction: one round trip for both. Nobody gets the result
 * before the caller is authorized, and a statement reads nothing for a caller who isn't in the organization.
 */
import type { Language } from "@gatehouse/sdk/contract";
import type { Statement } from "../db/sql.ts";
import type { Deps } from "../deps.ts";
import { findSession, type SessionQuery, type SessionRow } from "./session-rows.ts";

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

/** For whom something is read ahead that belongs to an account, outside any organization. */
export interface ExpectedAccount {
  /** The id of the account whose session is live, otherwise null. */
  readonly accountId: Statement;
}

/** Says what to read ahead; null for nothing. */
export type ReadAhead<Expected = ExpectedCaller> = (caller: Expected) => Ahead<unknown> | null;

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

/** The account of a session, and what was read with it. */
export async function readAccount(
  { db }: Pick<Deps, "db">,
  query: SessionQuery,
  ahead: Ahead<unknown> | null,
): Promise<{ readonly row: SessionRow | null; readonly ahead: unknown }> {
  return db.shared(
    async (tx) => {
      const statements = ahead?.statements ?? [];
      const [row, ...others] = await Promise.all([
        findSession(tx, query),
        ...statements.map(async (statement) => (await tx.query(statement)).rows),
      ]);
      return { row, ahead: ahead === null ? null : ahead.toResult(others) };
    },
    { readOnly: true, isPriority: true },
  );
}
