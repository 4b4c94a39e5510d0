/** Turns an error into one line that says what went wrong and what to do. */
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { CommandError } from "@gatehouse/cli";
import { GatehouseError } from "@gatehouse/sdk";
import { DatabaseUnavailable } from "../db/database.ts";
import { DataFolderRefused } from "../db/embedded/check-cluster.ts";
import { isReadOnly, isStatementPooling, sqlState } from "../db/errors.ts";
import { DataDirLocked } from "../db/lock.ts";
import { MigrationRefused } from "../db/migrations.ts";
import { ApiError } from "../errors/api-error.ts";
import { ReadingFailed } from "../errors/reading-failed.ts";
import { ConfigError } from "../url-settings.ts";

/** The error message for the user of a command, in one line, with the error's code if it has one. */
export function describeFailure(error: unknown): string {
  const code = error instanceof CommandError && error.code !== null ? ` [${error.code}]` : "";
  return `${toOneLine(toMessage(error))}${code}`;
}

function toMessage(error: unknown): string {
  if (isStatementPooling(error)) {
    return "The pooler in DATABASE_URL runs in statement mode, which can't hold a transaction. Set pool_mode = transaction for this database in PgBouncer, or connect to PostgreSQL directly.";
  }
  if (isReadOnly(error) || (error instanceof DatabaseUnavailable && error.reason === "read-only")) {
    return "The database is read-only: it takes no changes. Let DATABASE_URL lead to the primary server, and see that default_transaction_read_only is off.";
  }
  if (error instanceof DatabaseUnavailable && error.reason === "full") return noSpace(findRootCause(error));
  if (error instanceof DatabaseUnavailable) {
    return `The database can't be reached: ${getMessage(findRootCause(error))}. Check DATABASE_URL and that the server is running.`;
  }
  if (error instanceof ApiError) return error.details.detail;
  if (error instanceof GatehouseError) return error.message;
  if (hasUserMessage(error)) return error.message;
  const system = describeSystemError(error);
  if (system !== null) return system;
  if (/^(XX00[12]|58P01)$/.test(sqlState(error) ?? "")) {
    return `The database's files are damaged: ${getMessage(error)}. Restore them from a backup.`;
  }
  if (/^53[0-3]|^58030$/.test(sqlState(error) ?? "")) return noSpace(error);
  if (sqlState(error) === "42501") {
    return `The database refused: ${getMessage(error)}. gatehouse doctor shows what its user lacks.`;
  }
  if (sqlState(error) === "42P01") return "The database has no schema yet. Run: gatehouse migrate";
  return `Something unexpected went wrong: ${getMessage(error)}. LOG_LEVEL=debug shows where.`;
}

function noSpace(error: unknown): string {
  return `The database has no space left: ${getMessage(error)}. Free some space and start again.`;
}

function hasUserMessage(error: unknown): error is Error {
  return [ConfigError, CommandError, DataDirLocked, DataFolderRefused, MigrationRefused, ReadingFailed].some(
    (kind) => error instanceof kind,
  );
}

/** The message for an error of the operating system, with the path; null for other errors. */
function describeSystemError(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  const path = "path" in error && typeof error.path === "string" ? error.path : "a file";
  switch (error.code) {
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full: ${path} can't be written. Free some space and start again.`;
    case "EACCES":
    case "EPERM":
      return `${path} can't be read and written by this user (${userInfo().username})${describeOwner(path)}. Run as its owner, give this user the right to, or choose another location; for data that is DATA_DIR.`;
    case "EROFS":
      return `${path} is on a read-only file system. Mount it writable, or choose another location; for data that is DATA_DIR.`;
    case "ENOTDIR":
    case "EEXIST":
      return `${path} can't be a folder: a file is there, or above it. Choose another location; for data that is DATA_DIR.`;
    default:
      return null;
  }
}

function describeOwner(path: string): string {
  try {
    return `; it belongs to the user with the id ${statSync(path).uid}`;
  } catch {
    return ""; // it doesn't exist, or its folder can't be read
  }
}

/** The system's error is the last cause; a host with several addresses fails once for each of them. */
function findRootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return findRootCause(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? findRootCause(error.cause) : error;
}

function getMessage(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}

function toOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
