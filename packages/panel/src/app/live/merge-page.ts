/** A page of a list that somebody is looking at, and the same page as it is by now. Pure. */

interface Row {
  readonly id: string;
}

/** An answer with a page of rows. */
export interface ListPage {
  readonly body: { readonly items: readonly Row[]; readonly nextCursor: string | null };
}

/** What to show, and how many changes that leaves out. */
export interface MergedPage<P> {
  readonly page: P;
  /** Rows that would come or go. 0: the page shows what is true. */
  readonly missing: number;
}

/** Whether an answer is a page of rows. */
export function isListPage(answer: unknown): answer is ListPage {
  const body = typeof answer === "object" && answer !== null && "body" in answer ? answer.body : null;
  if (typeof body !== "object" || body === null || !("items" in body) || !("nextCursor" in body))
    return false;
  return Array.isArray(body.items) && body.items.every((row) => typeof row?.id === "string");
}

/**
 * The rows that are shown, each as it is by now, in the order in which they stand: no row comes, goes or moves under
 * somebody's hand. Totals and cursors belong to the rows, so they wait with them.
 */
export function mergePage<P extends ListPage>(shown: P, newest: P): MergedPage<P> {
  const before = new Set(shown.body.items.map(({ id }) => id));
  const now = new Map(newest.body.items.map((row) => [row.id, row]));
  const items = shown.body.items.map((row) => now.get(row.id) ?? row);
  const came = newest.body.items.filter(({ id }) => !before.has(id)).length;
  const went = shown.body.items.filter(({ id }) => !now.has(id)).length;
  if (came + went === 0) return { page: { ...newest, body: { ...newest.body, items } }, missing: 0 };
  // On a full page one row that comes pushes another one out: that is one change.
  const isFull = shown.body.nextCursor !== null || newest.body.nextCursor !== null;
  const missing = isFull ? Math.max(came, went) : came + went;
  return { page: { ...shown, body: { ...shown.body, items } }, missing };
}
