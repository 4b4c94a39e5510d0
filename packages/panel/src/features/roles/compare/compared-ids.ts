import { isId } from "../../../lib/lists/paging.ts";

/** The ids of the two roles in the URL, each absent until chosen. */
export interface ComparedIds {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

/** Parses the URL's search parameters; invalid ids are dropped. */
export function parseComparedIds({ a, b }: Readonly<Record<string, unknown>>): ComparedIds {
  return { a: isId(a) ? a : undefined, b: isId(b) ? b : undefined };
}
