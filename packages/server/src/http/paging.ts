/** Pages of lists: cursors that name the last row seen, and totals that stop counting where nobody reads on. */
import { instantInput, isPlainLine, type Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { Refusal } from "./refusal.ts";

/** How many rows a page has when the caller doesn't say. */
export const defaultLimit = 25;

/** As far as lists are counted: beyond, a total says "at least". */
export const mostCounted = 10_000;

/** A text that a list is ordered by, inside a cursor. */
export const cursorText = z.string().check(z.maxLength(2000), z.refine(isPlainLine));

/** An instant that a list is ordered by, inside a cursor: written as we write it, and one that the database knows. */
export const cursorInstant = z.iso
  .datetime({ precision: 3 })
  .check(z.refine((text) => instantInput.safeParse(text).success));

/** A total inside a cursor: lists that are dear to count are counted for their first page alone. */
export const cursorTotal = z.strictObject({ count: z.int().check(z.gte(0)), exact: z.boolean() });

/** A total from a count that stopped one row beyond `most`. */
export function cappedTotal(counted: number, most: number = mostCounted): Total {
  return { count: Math.min(counted, most), exact: counted <= most };
}

/** A cursor from the sort keys of the last row of a page. Opaque to callers, not secret, and trusted in nothing. */
export function encodeCursor(keys: unknown): string {
  return Buffer.from(JSON.stringify(keys), "utf8").toString("base64url");
}

/**
 * The sort keys inside a cursor, or null without one.
 * @throws Refusal `request/cursor` for anything that `encodeCursor` didn't make for this list
 */
export function decodeCursor<T>(schema: z.ZodMiniType<T>, text: string | undefined): T | null {
  if (text === undefined) return null;
  const parsed = schema.safeParse(parseJson(Buffer.from(text, "base64url").toString("utf8")));
  if (!parsed.success || encodeCursor(parsed.data) !== text)
    throw new Refusal("request/cursor", {
      detail: "The cursor is not one that this list gave. Leave it out to start at the first page.",
    });
  return parsed.data;
}

/** The page out of `limit + 1` rows, and the cursor to the next one if the extra row was there. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  keysOf: (row: Row) => unknown,
): { readonly items: readonly Row[]; readonly nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor(keysOf(last)) : null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
