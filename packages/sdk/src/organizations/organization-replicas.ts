/** The replicas of the organizations that are in use: loaded at the first use, kept in sync, dropped when unused. */
import type { GatehouseStatus } from "../access-source.ts";
import type { ErrorReport } from "../client/error-report.ts";
import { closedError, GatehouseError } from "../client/gatehouse-error.ts";
import type { OrganizationHead } from "../contract/operator-access.ts";
import { getRetryDelay } from "../replica/keep-connected.ts";
import type { Replica } from "../replica/replica.ts";
import { notifySafely } from "../replica/runtime.ts";
import { createStalenessTracker } from "../replica/staleness.ts";
import { followOrganizations } from "./follow-organizations.ts";
import { goneError, isGone, loadOrganization } from "./load-organization.ts";
import { createLoadQueue } from "./load-queue.ts";
import type { OperatorConnection } from "./operator-connection.ts";
import type { OrganizationReplica } from "./organization-replica.ts";
import { createReplicaPool, type PoolOptions } from "./replica-pool.ts";

/** Replicas that are loaded at the same time. */
const maxConcurrentLoads = 8;
/** Milliseconds between two looks at replicas with listeners. */
const watchIntervalMs = 500;

/** What the replicas need. */
export interface OrganizationReplicasOptions extends PoolOptions {
  readonly connection: OperatorConnection;
  /** Milliseconds without data after which a load fails if there is a replica already. */
  readonly timeout: number;
  /** Creates an empty replica. */
  readonly createReplica: () => Replica;
  readonly errorReport: ErrorReport;
}

/** A replica that can answer, and the server's time for grants that end. */
export interface UsableReplica {
  readonly replica: Replica;
  readonly time: number;
}

/** The replicas of one installation. */
export interface OrganizationReplicas {
  /** The organization's replica if it can answer now; null otherwise. Begins to load it at the first use. */
  readonly use: (id: string) => UsableReplica | null;
  /** The same, and reads it from the server when it can't answer. @throws GatehouseError */
  readonly read: (id: string) => Promise<UsableReplica | null>;
  /** State of one replica; doesn't count as use. */
  readonly statusOf: (id: string) => GatehouseStatus;
  /** Calls the listener after changes, and keeps the replica until the returned function is called. */
  readonly onChange: (id: string, listener: () => void) => () => void;
  /** Milliseconds since every change is known. */
  readonly age: () => number;
  /** Waits for the first complete stream. @throws GatehouseError */
  readonly connect: () => Promise<void>;
  readonly counts: () => { readonly organizations: number; readonly loading: number };
  readonly close: () => void;
}

/** Creates it empty. It connects when it is used. */
export function createOrganizationReplicas(options: OrganizationReplicasOptions): OrganizationReplicas {
  const { connection, maxStaleness, errorReport } = options;
  const pool = createReplicaPool(options);
  /** Of the stream: which organizations have changed is known up to its moment. */
  const staleness = createStalenessTracker(maxStaleness);
  const queue = createLoadQueue(maxConcurrentLoads);
  const closing = new AbortController();
  const waiters = new Set<(error: GatehouseError | null) => void>();
  /** Whether all organizations have been received on the open stream. */
  let isFollowing = false;
  let streamNumber = 0;
  let isStarted = false;
  // A flag beside the signal: reading a signal takes longer.
  let isClosed = false;
  /** With listeners. */
  const watched = new Set<OrganizationReplica>();
  let watchTimer: ReturnType<typeof setInterval> | undefined;

  /** The server's time if the replica can answer; null otherwise. */
  const getTime = (entry: OrganizationReplica): number | null => {
    if (entry.isFollowed && staleness.isFresh()) return staleness.serverTime();
    return entry.staleness.isFresh() ? entry.staleness.serverTime() : null;
  };
  const getUsable = (entry: OrganizationReplica): UsableReplica | null => {
    const { replica } = entry;
    if (replica === null || isClosed) return null;
    const time = getTime(entry);
    return time === null ? null : { replica, time };
  };
  const notify = (entry: OrganizationReplica): void => {
    entry.wasUsable = getUsable(entry) !== null;
    for (const listener of entry.listeners) notifySafely(listener);
  };
  /** It was complete at the stream's last `current`, and isn't any more. */
  const unfollow = (entry: OrganizationReplica): void => {
    if (!entry.isFollowed) return;
    entry.isFollowed = false;
    entry.staleness.adopt(staleness.point());
  };
  const isAtHead = (entry: OrganizationReplica): boolean =>
    entry.position !== null && entry.position === entry.head;

  const load = (entry: OrganizationReplica, isUrgent: boolean): Promise<void> => {
    clearTimeout(entry.retryTimer);
    entry.retryTimer = undefined;
    if (entry.load === null) {
      entry.load = queue.add(() => runLoad(entry));
      entry.load.done.catch(() => undefined); // also without anybody who waits
    }
    if (isUrgent) entry.load.promote();
    return entry.load.done;
  };
  const runLoad = async (entry: OrganizationReplica): Promise<void> => {
    let isComplete = true;
    try {
      isComplete = await loadOnce(entry);
      entry.failures = 0;
      entry.error = null;
    } catch (error) {
      if (entry.dropping.signal.aborted) throw isClosed ? closedError() : droppedError(entry.id);
      onLoadFailure(entry, error as GatehouseError);
      throw error;
    } finally {
      entry.load = null;
    }
    // Those who wait have a state as of now; another load continues it.
    if (!isComplete && !entry.dropping.signal.aborted) void load(entry, true);
  };
  /** Returns false if something was missed meanwhile. */
  const loadOnce = async (entry: OrganizationReplica): Promise<boolean> => {
    entry.dropping.signal.throwIfAborted();
    const [wasFollowing, startedIn, headCount] = [isFollowing, streamNumber, entry.headCount];
    const wasUsable = getUsable(entry) !== null;
    const loaded = await loadOrganization({ ...options, id: entry.id, before: entry });
    unfollow(entry);
    const known = entry.staleness.point();
    const isRecorded = entry.staleness.record(loaded.openedAt, loaded.elapsed, loaded.time);
    entry.staleness.adopt(known);
    entry.replica = loaded.replica;
    entry.position = loaded.position;
    // What the stream says after the start of the load may be missing; what it said before isn't.
    const isUnchanged = wasFollowing && startedIn === streamNumber && headCount === entry.headCount;
    entry.isFollowed = isFollowing && isRecorded && (isUnchanged || isAtHead(entry));
    if (loaded.isChanged || !wasUsable) notify(entry);
    // Without the stream, the next one says what is missing.
    return isRecorded && (entry.isFollowed || !isFollowing);
  };
  const onLoadFailure = (entry: OrganizationReplica, error: GatehouseError): void => {
    entry.error = error;
    if (isGone(error)) {
      clear(entry);
      return;
    }
    // Without the stream, all are loaded when it is open again.
    if (isFollowing)
      entry.retryTimer = setTimeout(() => void load(entry, false), getRetryDelay(error, entry.failures));
    entry.failures += 1;
    errorReport.onFailure(error);
  };
  /** Nobody has anything there any more. */
  const clear = (entry: OrganizationReplica): void => {
    entry.replica = null;
    entry.position = null;
    entry.isFollowed = false;
    notify(entry);
  };

  const onHead = (head: OrganizationHead): void => {
    const entry = pool.find(head.id);
    if (entry === undefined) return;
    entry.headCount += 1;
    if ("gone" in head) {
      entry.error = goneError(connection.url, entry.id);
      clear(entry);
      return;
    }
    entry.head = head.position;
    if (isAtHead(entry)) entry.isFollowed = true;
    else if (isFollowing) reload(entry);
  };
  /** A load that runs already finds out itself what it missed. */
  const reload = (entry: OrganizationReplica): void => {
    unfollow(entry);
    if (entry.load === null) void load(entry, true);
  };
  const onOpen = (): void => {
    isFollowing = false;
    streamNumber += 1;
    for (const entry of pool.values()) {
      unfollow(entry);
      entry.head = undefined;
    }
  };
  const onCurrent = (): void => {
    errorReport.onSuccess();
    if (isFollowing) return;
    isFollowing = true;
    // What isn't among all organizations is gone, or was created since: the load says which.
    for (const entry of pool.values()) if (!entry.isFollowed) reload(entry);
    for (const settle of waiters) settle(null);
  };
  const start = (): void => {
    if (isStarted || isClosed) return;
    isStarted = true;
    const onFailure = (error: GatehouseError) => {
      isFollowing = false;
      errorReport.onFailure(error);
      for (const settle of waiters) settle(error);
    };
    void followOrganizations(
      {
        connection,
        staleness,
        maxStaleness,
        onOpen,
        onCurrent,
        onHeads: (heads) => {
          for (const head of heads) onHead(head);
        },
        onFailure,
      },
      closing.signal,
    );
  };

  const open = (id: string): OrganizationReplica => {
    start();
    return pool.open(id);
  };
  const watch = (): void => {
    for (const entry of watched) {
      const usable = getUsable(entry);
      const isExpired = usable?.replica.hasExpired(usable.time) === true;
      if (isExpired || (usable !== null) !== entry.wasUsable) notify(entry);
    }
  };

  const use = (id: string): UsableReplica | null => {
    const entry = open(id);
    const usable = getUsable(entry);
    if (usable === null && entry.error === null && entry.replica === null && !isClosed)
      void load(entry, false);
    return usable;
  };
  return {
    use,
    read: async (id) => {
      // A load that began earlier may have taken so long that its result is stale.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const usable = getUsable(open(id));
        if (usable !== null) return usable;
        if (isClosed) throw closedError();
        await load(open(id), true);
      }
      return getUsable(open(id));
    },
    statusOf: (id) => {
      const entry = pool.find(id);
      const isFresh = entry !== undefined && getUsable(entry) !== null;
      const ages = [entry?.staleness.age() ?? Number.POSITIVE_INFINITY];
      if (entry?.isFollowed) ages.push(staleness.age());
      const sequence = entry?.position == null ? null : Number(entry.position.split(".")[0]);
      return { isFresh, sequence, age: Math.min(...ages) };
    },
    onChange: (id, listener) => {
      use(id);
      const entry = open(id);
      entry.listeners.add(listener);
      watched.add(entry);
      watchTimer ??= setInterval(watch, watchIntervalMs);
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size === 0) watched.delete(entry);
      };
    },
    age: staleness.age,
    connect: () => {
      start();
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(closedError());
        if (isFollowing) return resolve();
        const settle = (error: GatehouseError | null) => {
          waiters.delete(settle);
          if (error === null) resolve();
          else reject(error);
        };
        waiters.add(settle);
      });
    },
    counts: () => ({ organizations: pool.size(), loading: queue.count() }),
    close: () => {
      isClosed = true;
      closing.abort();
      clearInterval(watchTimer);
      pool.close();
      for (const settle of waiters) settle(closedError());
    },
  };
}

function droppedError(id: string): GatehouseError {
  const detail = `The replica of ${id} was dropped while it was loaded: more than \`maxOrganizations\` are in use. Raise it.`;
  return new GatehouseError("gatehouse/dropped", detail);
}
