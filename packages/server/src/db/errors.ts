/** Interprets database errors. */
import pg from "pg";
import { DatabaseUnavailable, type UnavailableReason } from "./database.ts";

/** Whether a row violated the unique index `index`. */
export function isUniqueViolation(error: unknown, index: string): boolean {
  return isViolation(error, "23505", index);
}

/** Whether a value violated the CHECK `constraint`, or a trigger that reports it. */
export function isCheckViolation(error: unknown, constraint: string): boolean {
  return isViolation(error, "23514", constraint);
}

/** The limit of users that a write exceeded, null if it isn't known; undefined for any other error. */
export function findUserLimit(error: unknown): string | null | undefined {
  if (!isCheckViolation(error, "organizations_user_limit")) return undefined;
  return error instanceof pg.DatabaseError ? (error.detail ?? null) : null;
}

/** Whether a row violated the foreign key `constraint`, on either side. */
export function isForeignKeyViolation(error: unknown, constraint: string): boolean {
  return isViolation(error, "23503", constraint);
}

/** Whether two transactions conflicted: the whole transaction may be retried. */
export function isConflict(error: unknown): boolean {
  return ["40001", "40P01"].includes(sqlState(error) ?? "");
}

/** Whether a migration changed a table under a prepared statement: on another connection it works. */
export function isStalePlan(error: unknown): boolean {
  // The message is in the server's language.
  return (
    error instanceof pg.DatabaseError && error.code === "0A000" && error.routine === "RevalidateCachedQuery"
  );
}

/** Whether a pooler ends each transaction after one statement, as PgBouncer does in statement mode. */
export function isStatementPooling(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /statement pooling mode/.test(error.message) || isStatementPooling(error.cause);
}

/** PostgreSQL's five-character error code; null for other errors. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** Whether the server is read-only: a replica, or read-only by default. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === "25006";
}

/** Whether the driver's query timeout expired. */
export function isQueryTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}

/**
 * Converts an error to `DatabaseUnavailable` if the server is gone, starting, full, overloaded or read-only, or gave
 * up waiting. Other errors are returned unchanged.
 */
export function toUnavailable(error: unknown): unknown {
  const state = sqlState(error);
  if (state === null || !(isUnavailable(state) || isLostWorker(error))) return error;
  return new DatabaseUnavailable(`The database can't serve this now (${state}).`, {
    cause: error,
    reason: reasons[state] ?? "unreachable",
  });
}

/**
 * Converts the error of a write on a read-only server to `DatabaseUnavailable`. Other errors are returned unchanged.
 */
export function toReadOnlyError(error: unknown): unknown {
  if (!isReadOnly(error)) return error;
  return new DatabaseUnavailable("The database is read-only.", { cause: error, reason: "read-only" });
}

/** 53100: the disk is full. 53200 and 53300: out of memory or connections. 55P03 and 57014: a wait took too long. */
const reasons: Readonly<Record<string, UnavailableReason>> = {
  "53100": "full",
  "53200": "busy",
  "53300": "busy",
  "55P03": "busy",
  "57014": "busy",
};

/** Whether the coordinator of a Citus cluster lost a server during a transaction. It reports that as an internal error, in English. */
function isLostWorker(error: unknown): boolean {
  return (
    sqlState(error) === "XX000" &&
    error instanceof Error &&
    /^(failure on connection marked as essential|could not commit transaction for shard)/.test(error.message)
  );
}

/** No connection could be opened: the server is down, full, or rejected it. The cause says which. */
export function toUnreachable(error: unknown): DatabaseUnavailable {
  return new DatabaseUnavailable("No connection to the database could be had.", { cause: error });
}

/**
 * 08: connection, 53: out of connections, memory or disk, 57P0x: shut down or starting, 25P0x: the transaction's time is
 * up, 55P03 and 57014: a lock or statement took too long, 58: the disk failed.
 */
function isUnavailable(state: string): boolean {
  return /^(08|53|58)/.test(state) || /^57P0[1-5]$/.test(state) || unavailableStates.has(state);
}

const unavailableStates: ReadonlySet<string> = new Set(["25P03", "25P04", "55P03", "57014"]);

/** What triggers say in the name of a constraint. The coordinator of a Citus cluster repeats a worker's message without the name. */
const triggerMessages: Readonly<Record<string, RegExp>> = {
  organizations_owner_count_check: /^organization .* has no active owner$/,
  organizations_user_limit: /^the organization has \d+ /,
  user_roles_owner_has_no_end: /^the owner role has no end$/,
};

/** A distributed PostgreSQL adds a suffix to constraint names and may give them only in the message. */
function isViolation(error: unknown, state: string, constraint: string): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code !== state) return false;
  const { message, constraint: name } = error;
  if (name !== undefined) return name.includes(constraint) || message.includes(`"${constraint}`);
  return message.includes(constraint) || triggerMessages[constraint]?.test(message) === true;
}
