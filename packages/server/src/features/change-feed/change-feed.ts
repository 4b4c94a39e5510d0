/**
 * Reads the audit log once for all subscribers of an organization in this process: every second, and immediately after a
 * notification of a commit. It holds no connection between polls. Each poll first seals what is committed, because only sealed
 * events have a position, and checks that the last event is still there: after a restore, or a failover to a lagging replica,
 * other events have its sequence number.
 */
import { setTimeout as wait } from "node:timers/promises";
import { sealEvents } from "../../audit/seal.ts";
import { type Database, DatabaseUnavailable, type Tx } from "../../db/database.ts";
import {
  findHead,
  isSamePosition,
  listChanges,
  type Position,
  type StoredChange,
  startPosition,
} from "./position.ts";

/** Change feeds of all organizations. */
export interface ChangeFeed {
  /** Subscribes to an organization until `unsubscribe`. A new feed starts after `head`. */
  readonly subscribe: (organizationId: string, head: Position) => Subscription;
  /** For how many milliseconds the organization with the oldest poll has not been read to its end; 0 without subscribers. */
  readonly lagMs: () => number;
  /** Wakes all waiting subscribers and stops polling. */
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

/** A subscription to one organization. */
export interface Subscription {
  /** Up to `batchSize` events after the position, oldest first; null when the log no longer contains the position. */
  readonly readAfter: (position: Position) => Promise<readonly StoredChange[] | null>;
  /** Resolves when there is an event after the position, when `signal` aborts, or when the feed closes. */
  readonly waitForNext: (position: Position, signal: AbortSignal) => Promise<void>;
  /**
   * Time by `performance.now()`: every earlier commit has been read. A value taken before `readAfter` holds for its result,
   * unless that is a full batch.
   */
  readonly syncedAt: () => number;
  /** Polls now unless the last complete poll is more recent than `maxAgeMs`. */
  readonly refresh: (maxAgeMs: number) => Promise<void>;
  readonly unsubscribe: () => void;
}

/** Maximum number of events that are read, kept and sent at a time. */
export const batchSize = 500;

/** Until the next attempt while another transaction is sealing. Milliseconds. */
const busyDelayMs = 3;
/** Attempts until the next interval or notification. */
const maxBusyPolls = 100;

/** The state of one organization with subscribers. */
interface OrganizationFeed {
  readonly organizationId: string;
  /** By `performance.now()`. */
  readonly createdAt: number;
  subscriberCount: number;
  /** After the last event that was read. */
  head: Position;
  /** Before the first of the events in `recent`. */
  base: Position;
  /** The last events up to the head, without a gap. */
  recent: readonly StoredChange[];
  /** By `performance.now()`: `head` includes every earlier commit. */
  syncedAt: number;
  /** Polls in a row that were incomplete because another transaction was sealing. */
  busyCount: number;
  polling: Promise<void> | null;
  isDue: boolean;
  timer: NodeJS.Timeout | undefined;
  readonly waiters: Set<() => void>;
}

/** Creates a feed that polls every `intervalMs`. Close it before the database. */
export function createChangeFeed(db: Pick<Database, "tenant" | "onChange">, intervalMs = 1_000): ChangeFeed {
  const feeds = new Map<string, OrganizationFeed>();
  let isClosed = false;
  const read = (organizationId: string, after: Position): Promise<readonly StoredChange[] | null> =>
    db.tenant(organizationId, (tx) => listChanges(tx, organizationId, { after, limit: batchSize }), {
      readOnly: true,
    });
  const sealAndRead = async (organizationId: string, after: Position) => {
    try {
      return await db.tenant(
        organizationId,
        async (tx) => {
          const [outcome, found] = await Promise.all([
            sealEvents(tx, organizationId),
            listChanges(tx, organizationId, { after, limit: batchSize }),
          ]);
          return { outcome, found };
        },
        { isUnqueued: true, system: "numbers committed events" },
      );
    } catch (error) {
      // What is sealed can be read from a server that is read-only, for example in a failover.
      if (!(error instanceof DatabaseUnavailable) || error.reason !== "read-only") throw error;
      return { outcome: null, found: await read(organizationId, after) };
    }
  };
  /** Reads new events. When the log no longer contains the head, starts again at the current one. */
  const pollOnce = async (feed: OrganizationFeed): Promise<void> => {
    const startedAt = performance.now();
    const { organizationId } = feed;
    const { outcome, found } = await sealAndRead(organizationId, feed.head);
    if (found === null) {
      const findNewest = (tx: Tx) => findHead(tx, organizationId, startPosition);
      resetTo(feed, (await db.tenant(organizationId, findNewest, { readOnly: true })) ?? startPosition);
    } else append(feed, found);
    feed.busyCount = outcome === "busy" ? feed.busyCount + 1 : 0;
    if (found?.length === batchSize || outcome === "more") feed.isDue = true;
    else if (outcome === "busy") await retryBusy(feed);
    else if (outcome === "all") feed.syncedAt = startedAt;
  };
  /** The other transaction may have begun before the commit: soon its events can be read, and the rest sealed. */
  const retryBusy = async (feed: OrganizationFeed): Promise<void> => {
    if (feed.busyCount > maxBusyPolls) return;
    feed.isDue = true;
    await wait(busyDelayMs);
  };
  const poll = (feed: OrganizationFeed): Promise<void> => {
    feed.isDue = true;
    feed.polling ??= pollWhileDue(feed).finally(() => {
      feed.polling = null;
      if (feed.isDue && !isClosed) void poll(feed); // requested while the last poll was ending
    });
    return feed.polling;
  };
  const pollWhileDue = async (feed: OrganizationFeed): Promise<void> => {
    clearTimeout(feed.timer);
    while (feed.isDue && !isClosed) {
      feed.isDue = false;
      // Streams notice an unavailable database themselves: see event-stream.ts.
      await pollOnce(feed).catch(() => undefined);
    }
    if (feed.subscriberCount > 0 && !isClosed) feed.timer = setTimeout(() => void poll(feed), intervalMs);
  };
  const stopListening = db.onChange((organizationId) => {
    const feed = feeds.get(organizationId);
    if (feed !== undefined) void poll(feed);
  });
  const unsubscribe = (feed: OrganizationFeed): void => {
    feed.subscriberCount -= 1;
    if (feed.subscriberCount > 0) return;
    clearTimeout(feed.timer);
    feeds.delete(feed.organizationId);
  };
  return {
    subscribe: (organizationId, head) => {
      const feed = feeds.get(organizationId) ?? createOrganizationFeed(organizationId, head);
      feeds.set(organizationId, feed);
      feed.subscriberCount += 1;
      void poll(feed);
      return {
        readAfter: async (position) => findRecent(feed, position) ?? read(organizationId, position),
        waitForNext: (position, signal) =>
          feed.head.sequence > position.sequence || isClosed ? Promise.resolve() : waitForWake(feed, signal),
        syncedAt: () => feed.syncedAt,
        refresh: async (maxAgeMs) => {
          if (performance.now() - feed.syncedAt >= maxAgeMs) await poll(feed);
        },
        unsubscribe: () => unsubscribe(feed),
      };
    },
    lagMs: () => {
      const now = performance.now();
      return Math.max(0, ...[...feeds.values()].map((feed) => now - Math.max(feed.syncedAt, feed.createdAt)));
    },
    close: () => {
      isClosed = true;
      stopListening();
      for (const feed of feeds.values()) {
        clearTimeout(feed.timer);
        wakeWaiters(feed);
      }
    },
    isClosed: () => isClosed,
  };
}

function createOrganizationFeed(organizationId: string, head: Position): OrganizationFeed {
  return {
    organizationId,
    createdAt: performance.now(),
    subscriberCount: 0,
    head,
    base: head,
    recent: [],
    syncedAt: Number.NEGATIVE_INFINITY,
    busyCount: 0,
    polling: null,
    isDue: false,
    timer: undefined,
    waiters: new Set(),
  };
}

function append(feed: OrganizationFeed, found: readonly StoredChange[]): void {
  const last = found.at(-1);
  if (last === undefined) return;
  const all = [...feed.recent, ...found];
  feed.base = all.at(-batchSize - 1) ?? feed.base;
  feed.recent = all.slice(-batchSize);
  feed.head = last;
  wakeWaiters(feed);
}

function resetTo(feed: OrganizationFeed, head: Position): void {
  feed.head = head;
  feed.base = head;
  feed.recent = [];
  wakeWaiters(feed);
}

/** Events after a position from memory; null when `recent` doesn't reach back to it. */
function findRecent(feed: OrganizationFeed, position: Position): readonly StoredChange[] | null {
  if (isSamePosition(position, feed.base)) return feed.recent;
  const index = position.sequence - feed.base.sequence; // sequences have no gaps
  const event = index > 0 ? feed.recent[index - 1] : undefined;
  return event !== undefined && isSamePosition(event, position) ? feed.recent.slice(index) : null;
}

function wakeWaiters(feed: OrganizationFeed): void {
  for (const wake of feed.waiters) wake();
}

function waitForWake(feed: OrganizationFeed, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      feed.waiters.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    if (signal.aborted) return resolve();
    feed.waiters.add(wake);
    signal.addEventListener("abort", wake);
  });
}
