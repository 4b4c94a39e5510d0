/** Conversion of values between JavaScript and PostgreSQL: the same on both engines. */
import pg from "pg";

const { INT8, TIMESTAMPTZ } = pg.types.builtins;

/** pg's own parsers, except that bigint becomes a number, and a time that can't be read is an error. */
export const columnParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (oid === INT8) return parseBigint;
    return oid === TIMESTAMPTZ ? parseTime : pg.types.getTypeParser(oid, format);
  }) as typeof pg.types.getTypeParser,
};

const parseTimestamp = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => unknown;

/** pg returns null for a format that it doesn't know, which would mean "no end" for an expiry. */
function parseTime(text: string): Date {
  const time = parseTimestamp(text);
  if (time instanceof Date && !Number.isNaN(time.getTime())) return time;
  throw new RangeError(`${text} can't be read as a time`);
}

function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
}

/** A parameter in PostgreSQL's text format: instants in UTC, arrays as array literals, other objects as JSON. */
export function toParameter(value: unknown): string | null {
  if (value === null) return null;
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      if (value instanceof Date) return value.toISOString();
      return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value);
    default:
      throw new TypeError(`A statement can't take a parameter of type ${typeof value}.`);
  }
}

function arrayLiteral(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return arrayLiteral(value);
    const text = toParameter(value);
    return text === null ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}
