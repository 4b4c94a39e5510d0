import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../config.ts";
import { truncate } from "../truncate.ts";

/** Limits of one text in a log line. Characters. */
const maxTextLength = 1_000;
const maxStackLength = 2_000;
/** Characters of all texts in a line together, without its error. */
const maxLineLength = 8_000;
/** Members of an object and elements of a list in a line, and how deep they nest. */
const maxMembers = 20;
const maxDepth = 4;
/** Length of the chain of causes. */
const maxCauses = 3;

/**
 * The server's log: one JSON line for each event. Of errors only type, message, code, stack and cause are logged: those of the
 * database also contain values of the row. The length of a line is limited, because requests and other servers supply texts.
 */
export function createLog(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error) => describe(error, maxCauses) },
      formatters: { log: (object) => limitMembers(object, maxDepth, { characters: maxLineLength }) },
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

/** Any object with a message counts as an error: errors of other realms and copies aren't instances of Error. */
function describe(error: unknown, causes: number): DescribedError | string {
  if (typeof error !== "object" || error === null) return truncate(String(error), maxTextLength);
  const { name, message, code, stack, cause } = error as Partial<Error> & { readonly code?: unknown };
  if (typeof message !== "string")
    return truncate(
      `an object with the members ${Object.keys(error).slice(0, 20).join(", ")}`,
      maxTextLength,
    );
  return {
    type: truncate(typeof name === "string" ? name : "Error", maxTextLength),
    message: truncate(message, maxTextLength),
    ...(code === undefined ? {} : { code: limitValue(code, 1, { characters: maxTextLength }) }),
    stack: typeof stack === "string" ? truncate(stack, maxStackLength) : undefined,
    ...(cause === undefined || causes === 0 ? {} : { cause: describe(cause, causes - 1) }),
    ...(error instanceof AggregateError && causes > 0
      ? { errors: error.errors.slice(0, 3).map((one) => describe(one, causes - 1)) }
      : {}),
  };
}

/** The remaining characters of a line. */
interface Budget {
  characters: number;
}

function limitMembers(object: object, depth: number, budget: Budget): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object)
      .slice(0, maxMembers)
      .map(([name, value]) => [limitText(name, budget), limitValue(value, depth, budget)]),
  );
}

function limitText(text: string, budget: Budget): string {
  const limited = truncate(text, Math.max(1, Math.min(maxTextLength, budget.characters)));
  budget.characters -= limited.length;
  return limited;
}

function limitValue(value: unknown, depth: number, budget: Budget): unknown {
  if (typeof value === "string") return limitText(value, budget);
  // Errors have a serializer, and dates serialize themselves.
  if (typeof value !== "object" || value === null || value instanceof Error || value instanceof Date)
    return value;
  if (depth === 0) return "…";
  if (Array.isArray(value))
    return value.slice(0, maxMembers).map((part) => limitValue(part, depth - 1, budget));
  return limitMembers(value, depth - 1, budget);
}
