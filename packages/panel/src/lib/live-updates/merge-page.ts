/** Merges the displayed page of a list with a newer version of it. Pure. */

interface Row {
  readonly id: string;
}

/** A response with a page of rows. */
export interface ListPage {
  readonly body: { readonly items: readonly Row[]; readonly nextCursor: string | null };
}

/** The page to display, and how many changes it leaves out. */
export interface MergedPage<P> {
  readonly page: P;
  /** Rows that would be inserted or removed; 0 when the page is up to date. */
  readonly pendingCount: number;
}

/** Whether a response is a page of rows. */
export function isListPage(answer: unknown): answer is ListPage {
  const body = typeof answer === "object" && answer !== null && "body" in answer ? answer.body : null;
  if (typeof body !== "object" || body === null || !("items" in body) || !("nextCursor" in body))
    return false;
  return Array.isArray(body.items) && body.items.every((row) => typeof row?.id === "string");
}

/**
 * Updates the displayed rows in place, in their current order: no row is inserted, removed or moved while the user is
 * working with the list. Totals and cursors stay with the rows.
 */
export function mergePage<P extends ListPage>(shown: P, newest: P): MergedPage<P> {
  const before = new Set(shown.body.items.map(({ id }) => id));
  const now = new Map(newest.body.items.map((row) => [row.id, row]));
  const items = shown.body.items.map((row) => now.get(row.id) ?? row);
  const added = newest.body.items.filter(({ id }) => !before.has(id)).length;
  const removed = shown.body.items.filter(({ id }) => !now.has(id)).length;
  if (added + removed === 0) return { page: { ...newest, body: { ...newest.body, items } }, pendingCount: 0 };
  // On a full page an inserted row pushes another one out: that is one change.
  const isFull = shown.body.nextCursor !== null || newest.body.nextCursor !== null;
  const pendingCount = isFull ? Math.max(added, removed) : added + removed;
  return { page: { ...shown, body: { ...shown.body, items } }, pendingCount };
}
