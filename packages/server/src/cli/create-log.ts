import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../config.ts";

/**
 * The server's log: one JSON line an event, to stderr. Errors are written by kind, words, place and cause alone: the
 * database's add the values of the row.
 */
export function createLog(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => describe(error) },
    },
    destination,
  );
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** An error whose causes go on longer than this tells nothing more. */
const mostCauses = 8;

/** Errors of other realms and copies of errors count as errors, too: whatever has a message. */
function describe(error: unknown, depth = 0): DescribedError | string {
  if (typeof error !== "object" || error === null) return String(error);
  const { name, message, code, stack, cause } = error as Partial<Error> & { readonly code?: unknown };
  if (typeof message !== "string")
    return `an object with the members ${Object.keys(error).slice(0, 20).join(", ")}`;
  return {
    type: typeof name === "string" ? name : "Error",
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined || depth === mostCauses ? {} : { cause: describe(cause, depth + 1) }),
    ...(error instanceof AggregateError && depth < mostCauses
      ? { errors: error.errors.slice(0, 3).map((one) => describe(one, depth + 1)) }
      : {}),
  };
}
