/** Says in one line what went wrong and what to do. */
import { ConfigError } from "../config.ts";
import { DatabaseUnavailable } from "../database/database.ts";
import { isReadOnly, sqlState } from "../database/errors.ts";
import { DataDirLocked } from "../database/lock.ts";
import { MigrationRefused } from "../database/migrations.ts";
import { Refusal } from "../http/refusal.ts";
import { CommandError } from "./command.ts";

/** One line for whoever started the command. */
export function describeFailure(error: unknown): string {
  return oneLine(wordsFor(error));
}

function wordsFor(error: unknown): string {
  if (isReadOnly(error) || (error instanceof DatabaseUnavailable && error.reason === "read-only")) {
    return "The database is read-only: it takes no changes. Let DATABASE_URL lead to the primary server, and see that default_transaction_read_only is off.";
  }
  if (error instanceof DatabaseUnavailable) {
    return `The database can't be reached: ${messageOf(innermost(error))}. Check DATABASE_URL and that the server is running.`;
  }
  if (error instanceof Refusal) return error.details.detail;
  if (isPlainSpoken(error)) return error.message;
  if (sqlState(error) === "42501") {
    return `The database refused: ${messageOf(error)}. gatehouse doctor shows what its user lacks.`;
  }
  if (sqlState(error) === "42P01") return "The database has no schema yet. Run: gatehouse migrate";
  return `Something unexpected went wrong: ${messageOf(error)}. LOG_LEVEL=debug shows where.`;
}

function isPlainSpoken(error: unknown): error is Error {
  return [ConfigError, CommandError, DataDirLocked, MigrationRefused].some((kind) => error instanceof kind);
}

/** The system's own words lie at the bottom; a host with several addresses fails once for each. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
