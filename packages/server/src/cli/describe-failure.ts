/** Says in one line what went wrong and what to do. */
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { ConfigError } from "../config.ts";
import { DatabaseUnavailable } from "../database/database.ts";
import { DataFolderRefused } from "../database/embedded/check-cluster.ts";
import { isReadOnly, isStatementPooling, sqlState } from "../database/errors.ts";
import { DataDirLocked } from "../database/lock.ts";
import { MigrationRefused } from "../database/migrations.ts";
import { Refusal } from "../http/refusal.ts";
import { CommandError } from "./command.ts";

/** One line for whoever started the command. */
export function describeFailure(error: unknown): string {
  return oneLine(wordsFor(error));
}

function wordsFor(error: unknown): string {
  if (isStatementPooling(error)) {
    return "The pooler in DATABASE_URL runs in statement mode, which can't hold a transaction. Set pool_mode = transaction for this database in PgBouncer, or connect to PostgreSQL directly.";
  }
  if (isReadOnly(error) || (error instanceof DatabaseUnavailable && error.reason === "read-only")) {
    return "The database is read-only: it takes no changes. Let DATABASE_URL lead to the primary server, and see that default_transaction_read_only is off.";
  }
  if (error instanceof DatabaseUnavailable) {
    return `The database can't be reached: ${messageOf(innermost(error))}. Check DATABASE_URL and that the server is running.`;
  }
  if (error instanceof Refusal) return error.details.detail;
  if (isPlainSpoken(error)) return error.message;
  const system = wordsForSystem(error);
  if (system !== null) return system;
  if (/^(XX00[12]|58P01)$/.test(sqlState(error) ?? "")) {
    return `The database's files are damaged: ${messageOf(error)}. Restore them from a backup.`;
  }
  if (/^53[0-3]|^58030$/.test(sqlState(error) ?? "")) {
    return `The database has no room left: ${messageOf(error)}. Free some space and start again.`;
  }
  if (sqlState(error) === "42501") {
    return `The database refused: ${messageOf(error)}. gatehouse doctor shows what its user lacks.`;
  }
  if (sqlState(error) === "42P01") return "The database has no schema yet. Run: gatehouse migrate";
  return `Something unexpected went wrong: ${messageOf(error)}. LOG_LEVEL=debug shows where.`;
}

function isPlainSpoken(error: unknown): error is Error {
  return [ConfigError, CommandError, DataDirLocked, DataFolderRefused, MigrationRefused].some(
    (kind) => error instanceof kind,
  );
}

/** What the operating system refused, with the place; null for other errors. */
function wordsForSystem(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  const place = "path" in error && typeof error.path === "string" ? error.path : "a file";
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full: ${place} can't be written. Free some space and start again.`;
    case "EACCES":
    case "EPERM":
      return `${place} can't be read and written by this user (${userInfo().username})${ownerOf(place)}. Run as its owner, give this user the right to, or name another place; for data that is DATA_DIR.`;
    case "EROFS":
      return `${place} is on a read-only file system. Mount it writable, or name another place; for data that is DATA_DIR.`;
    case "ENOTDIR":
    case "EEXIST":
      return `${place} can't be a folder: a file is there, or above it. Name another place; for data that is DATA_DIR.`;
    default:
      return null;
  }
}

function ownerOf(path: string): string {
  try {
    return `; it belongs to the user with the number ${statSync(path).uid}`;
  } catch {
    return ""; // it isn't there, or is below a folder that can't be read
  }
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
