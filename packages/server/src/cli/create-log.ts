import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "../config.ts";
import { shorten } from "../http/shorten.ts";

/** Longest text in a line of the log; a stack is the longest that is worth reading. */
const longestText = 1_000;
const longestStack = 2_000;
/** Letters that all texts of a line have together, but for its error. */
const mostLetters = 8_000;
/** Members of an object and elements of a list that a line holds, and how deep they nest. */
const mostMembers = 20;
const deepest = 4;
/** Errors that caused each other, told one after the other. */
const mostCauses = 3;

/**
 * The server's log: one JSON line an event, to stderr. Errors are written by kind, words, place and cause alone: the
 * database's add the values of the row. Whatever a request or another server made a text of, a line is bounded.
 */
export function createLog(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error) => describe(error, mostCauses) },
      formatters: { log: (object) => boundMembers(object, deepest, { letters: mostLetters }) },
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

/** Errors of other realms and copies of errors count as errors, too: whatever has a message. */
function describe(error: unknown, causes: number): DescribedError | string {
  if (typeof error !== "object" || error === null) return shorten(String(error), longestText);
  const { name, message, code, stack, cause } = error as Partial<Error> & { readonly code?: unknown };
  if (typeof message !== "string")
    return shorten(`an object with the members ${Object.keys(error).slice(0, 20).join(", ")}`, longestText);
  return {
    type: shorten(typeof name === "string" ? name : "Error", longestText),
    message: shorten(message, longestText),
    ...(code === undefined ? {} : { code: bound(code, 1, { letters: longestText }) }),
    stack: typeof stack === "string" ? shorten(stack, longestStack) : undefined,
    ...(cause === undefined || causes === 0 ? {} : { cause: describe(cause, causes - 1) }),
    ...(error instanceof AggregateError && causes > 0
      ? { errors: error.errors.slice(0, 3).map((one) => describe(one, causes - 1)) }
      : {}),
  };
}

/** What is left for the texts of a line. */
interface Room {
  letters: number;
}

function boundMembers(object: object, depth: number, room: Room): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object)
      .slice(0, mostMembers)
      .map(([name, value]) => [boundText(name, room), bound(value, depth, room)]),
  );
}

function boundText(text: string, room: Room): string {
  const bounded = shorten(text, Math.max(1, Math.min(longestText, room.letters)));
  room.letters -= bounded.length;
  return bounded;
}

function bound(value: unknown, depth: number, room: Room): unknown {
  if (typeof value === "string") return boundText(value, room);
  // Errors have a serializer of their own, and dates write themselves.
  if (typeof value !== "object" || value === null || value instanceof Error || value instanceof Date)
    return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, mostMembers).map((part) => bound(part, depth - 1, room));
  return boundMembers(value, depth - 1, room);
}
