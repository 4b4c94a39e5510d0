/** Reads again what others have changed, without moving what somebody is looking at. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { Query, QueryClient } from "@tanstack/react-query";
import { type ListNewsState, newsKey } from "../lists/list-news-state.ts";
import type { OwnChanges } from "../session/own-changes.ts";
import { isConcerned } from "./concerned.ts";
import { isListPage, mergePage } from "./merge-page.ts";

interface RefreshOptions {
  readonly client: QueryClient;
  readonly organizationId: string;
  readonly own: Pick<OwnChanges, "includes" | "settled">;
}

/** Takes what happens. */
export interface Refresh {
  /** Something happened. */
  readonly about: (change: ChangeEvent) => void;
  /** Nobody knows what happened. */
  readonly everything: () => void;
  readonly stop: () => void;
}

/** What comes together is read once. Milliseconds. */
const together = 100;
/** However much happens, it is read no more often than this. Milliseconds. */
const pause = 1_000;

/** Begins to take what happens in an organization. */
export function createRefresh({ client, organizationId, own }: RefreshOptions): Refresh {
  let changes: ChangeEvent[] = [];
  let isAll = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;

  const flush = async (): Promise<void> => {
    await own.settled();
    const others = changes.filter(({ requestId }) => requestId === null || !own.includes(requestId));
    const wholly = isAll;
    changes = [];
    isAll = false;
    if (!isStopped && (wholly || others.length > 0))
      await readAgain(client, organizationId, (query) => {
        const [, , name, call] = query.queryKey;
        return wholly || others.some((change) => isConcerned({ name, call }, change));
      });
    timer = null;
    flushedAt = performance.now();
    if (changes.length > 0 || isAll) flushSoon();
  };
  const flushSoon = (): void => {
    const wait = Math.max(together, flushedAt + pause - performance.now());
    if (!isStopped) timer ??= setTimeout(() => void flush(), wait);
  };
  return {
    about: (change) => {
      changes.push(change);
      flushSoon();
    },
    everything: () => {
      isAll = true;
      flushSoon();
    },
    stop: () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function readAgain(
  client: QueryClient,
  organizationId: string,
  isWanted: (query: Query) => boolean,
): Promise<void> {
  const wanted = client
    .getQueryCache()
    .findAll({ queryKey: ["api", organizationId] })
    .filter(isWanted);
  const inPlace = new Set(wanted.filter(isLookedAt));
  const others = new Set(wanted.filter((query) => !inPlace.has(query)));
  await Promise.all([
    client.invalidateQueries({ predicate: (query) => others.has(query) }),
    ...[...inPlace].map((query) => updateInPlace(client, query)),
  ]);
}

/** A list whose rows are on the page now. */
function isLookedAt(query: Query): boolean {
  return query.meta?.["keepsRows"] === true && query.isActive() && isListPage(query.state.data);
}

/** Reads a page of a list beside the one that is shown, and puts what is new of the same rows into it. */
async function updateInPlace(client: QueryClient, query: Query): Promise<void> {
  const { queryFn } = query.options;
  if (typeof queryFn !== "function") return;
  const readSince = query.state.dataUpdateCount;
  const tell = (state: ListNewsState) => client.setQueryData(newsKey(query.queryKey), state);
  tell({ isReading: true, missing: 0, since: 0 });
  try {
    const newest: unknown = await client.fetchQuery({
      queryKey: ["beside", ...query.queryKey],
      queryFn: queryFn as () => Promise<unknown>,
      staleTime: 0,
      gcTime: 0,
    });
    const shown = query.state.data;
    // Somebody has read the list meanwhile, for instance after a change of their own: that is at least as new.
    const isOvertaken = query.state.dataUpdateCount !== readSince || query.state.fetchStatus === "fetching";
    if (isOvertaken || !isListPage(shown) || !isListPage(newest))
      return void tell({ isReading: false, missing: 0, since: 0 });
    const { page, missing } = mergePage(shown, newest);
    client.setQueryData(query.queryKey, page);
    tell({ isReading: false, missing, since: query.state.dataUpdateCount });
  } catch {
    // What is shown stays; whoever comes back to it reads it anew.
    tell({ isReading: false, missing: 0, since: 0 });
    await client.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType: "none" });
  }
}
