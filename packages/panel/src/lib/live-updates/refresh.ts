/** Refetches queries that other users' changes affect, without moving rows of a visible list. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { Query, QueryClient } from "@tanstack/react-query";
import type { OwnChanges } from "../api/use-api.tsx";
import { type PendingUpdates, pendingUpdatesKey } from "../lists/updates-banner.tsx";
import { isAffected } from "./affected-queries.ts";

interface RefreshOptions {
  readonly client: QueryClient;
  readonly organizationId: string;
  readonly ownChanges: Pick<OwnChanges, "includes" | "settled">;
}

/** Receives changes and refetches the affected queries. */
export interface Refresh {
  /** A change was reported. */
  readonly handleChange: (change: ChangeEvent) => void;
  /** Events were missed: everything may have changed. */
  readonly handleReset: () => void;
  readonly stop: () => void;
}

/** Changes within this time cause one refetch. */
const debounceMs = 100;
/** Minimum time between two refetches. */
const intervalMs = 1_000;

/** Creates the refresh of one organization. */
export function createRefresh({ client, organizationId, ownChanges }: RefreshOptions): Refresh {
  let changes: ChangeEvent[] = [];
  let isReset = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;

  const flush = async (): Promise<void> => {
    await ownChanges.settled();
    const others = changes.filter(({ requestId }) => requestId === null || !ownChanges.includes(requestId));
    const refetchesAll = isReset;
    changes = [];
    isReset = false;
    if (!isStopped && (refetchesAll || others.length > 0))
      await refetch(client, organizationId, (query) => {
        const [, , name, call] = query.queryKey;
        return refetchesAll || others.some((change) => isAffected({ name, call }, change));
      });
    timer = null;
    flushedAt = performance.now();
    if (changes.length > 0 || isReset) scheduleFlush();
  };
  const scheduleFlush = (): void => {
    const wait = Math.max(debounceMs, flushedAt + intervalMs - performance.now());
    if (!isStopped) timer ??= setTimeout(() => void flush(), wait);
  };
  return {
    handleChange: (change) => {
      changes.push(change);
      scheduleFlush();
    },
    handleReset: () => {
      isReset = true;
      scheduleFlush();
    },
    stop: () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function refetch(
  client: QueryClient,
  organizationId: string,
  isAffected: (query: Query) => boolean,
): Promise<void> {
  const affectedQueries = client
    .getQueryCache()
    .findAll({ queryKey: ["api", organizationId] })
    .filter(isAffected);
  const inPlace = new Set(affectedQueries.filter(isVisibleList));
  const others = new Set(affectedQueries.filter((query) => !inPlace.has(query)));
  await Promise.all([
    client.invalidateQueries({ predicate: (query) => others.has(query) }),
    ...[...inPlace].map((query) => updateInPlace(client, query)),
  ]);
}

/** Whether the query is a list that is displayed now. */
function isVisibleList(query: Query): boolean {
  return query.meta?.["keepsRows"] === true && query.isActive() && isListPage(query.state.data);
}

/** Fetches a list under a second key and merges the newer rows into the displayed page. */
async function updateInPlace(client: QueryClient, query: Query): Promise<void> {
  const { queryFn } = query.options;
  if (typeof queryFn !== "function") return;
  const updateCount = query.state.dataUpdateCount;
  const setUpdates = (state: PendingUpdates) => client.setQueryData(pendingUpdatesKey(query.queryKey), state);
  setUpdates({ isFetching: true, count: 0, dataUpdateCount: 0 });
  try {
    const newest: unknown = await client.fetchQuery({
      queryKey: ["newest", ...query.queryKey],
      queryFn: queryFn as () => Promise<unknown>,
      staleTime: 0,
      gcTime: 0,
    });
    const shown = query.state.data;
    // The list was refetched meanwhile, for instance after an edit on this page: that response is at least as new.
    const isOutdated = query.state.dataUpdateCount !== updateCount || query.state.fetchStatus === "fetching";
    if (isOutdated || !isListPage(shown) || !isListPage(newest))
      return void setUpdates({ isFetching: false, count: 0, dataUpdateCount: 0 });
    const { page, pendingCount } = mergePage(shown, newest);
    client.setQueryData(query.queryKey, page);
    setUpdates({ isFetching: false, count: pendingCount, dataUpdateCount: query.state.dataUpdateCount });
  } catch {
    // The displayed rows stay; the next visit refetches them.
    setUpdates({ isFetching: false, count: 0, dataUpdateCount: 0 });
    await client.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: "none" });
  }
}

interface Row {
  readonly id: string;
}

/** A response with a page of rows. */
interface ListPage {
  readonly body: { readonly items: readonly Row[]; readonly nextCursor: string | null };
}

/** The page to display, and how many changes it leaves out. */
interface MergedPage<P> {
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
