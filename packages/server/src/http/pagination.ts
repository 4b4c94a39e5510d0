/** Pagination: cursors made of the last row's sort keys, and totals that are counted up to a cap. */
import { instantInput, isPlainLine, type Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { ApiError } from "../errors/api-error.ts";

/** How many rows a page has when the caller doesn't say. */
export const defaultLimit = 25;

/** Lists are counted up to this many rows; beyond, a total is a lower bound. */
export const maxCounted = 10_000;

/** A text sort key inside a cursor. */
export const cursorText = z.string().check(z.maxLength(2000), z.refine(isPlainLine));

/** An instant sort key inside a cursor: in our own format, and within the database's range. */
export const cursorInstant = z.iso
  .datetime({ precision: 3 })
  .check(z.refine((text) => instantInput.safeParse(text).success));

/** A total inside a cursor: lists that are expensive to count are counted for their first page only. */
export const cursorTotal = z.strictObject({ count: z.int().check(z.gte(0)), exact: z.boolean() });

/** A total from a count that stopped one row beyond `max`. */
export function cappedTotal(counted: number, max: number = maxCounted): Total {
  return { count: Math.min(counted, max), exact: counted <= max };
}

/** A cursor from the sort keys of a page's last row. Opaque to callers, not secret, and validated like any input. */
export function encodeCursor(keys: unknown): string {
  return Buffer.from(JSON.stringify(keys), "utf8").toString("base64url");
}

/**
 * The sort keys inside a cursor, or null without one.
 * @throws ApiError request/cursor for a text that `encodeCursor` didn't make for this list
 */
export function decodeCursor<T>(schema: z.ZodMiniType<T>, text: string | undefined): T | null {
  if (text === undefined) return null;
  const parsed = schema.safeParse(parseJson(Buffer.from(text, "base64url").toString("utf8")));
  if (!parsed.success || encodeCursor(parsed.data) !== text)
    throw new ApiError("request/cursor", {
      detail: "The cursor is not one that this list gave. Leave it out to start at the first page.",
    });
  return parsed.data;
}

/** The page from `limit + 1` rows, and the cursor to the next one if the extra row exists. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  getKeys: (row: Row) => unknown,
): { readonly items: readonly Row[]; readonly nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor(getKeys(last)) : null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
