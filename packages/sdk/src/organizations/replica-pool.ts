/** Which organizations have a replica: those in use. The rest are dropped after a time, and when there are too many. */
import { readClocks } from "../replica/runtime.ts";
import { createOrganizationReplica, type OrganizationReplica } from "./organization-replica.ts";

/** How many replicas are kept, and how long. */
export interface PoolOptions {
  /** Milliseconds after which a replica is stale. */
  readonly maxStaleness: number;
  /** Milliseconds after the last use after which a replica is dropped. */
  readonly unusedAfter: number;
  /** The most replicas. More are kept only if all have listeners. */
  readonly maxOrganizations: number;
}

/** The replicas by organization. */
export interface ReplicaPool {
  /** The organization's replica, a new one if it has none. Counts as use. */
  readonly open: (id: string) => OrganizationReplica;
  readonly find: (id: string) => OrganizationReplica | undefined;
  readonly values: () => Iterable<OrganizationReplica>;
  readonly size: () => number;
  /** Drops all. */
  readonly close: () => void;
}

const maxSweepIntervalMs = 60_000;

/** An empty pool. Its timer runs while there are replicas. */
export function createReplicaPool({ maxStaleness, unusedAfter, maxOrganizations }: PoolOptions): ReplicaPool {
  const entries = new Map<string, OrganizationReplica>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const drop = (entry: OrganizationReplica): void => {
    entries.delete(entry.id);
    clearTimeout(entry.retryTimer);
    entry.dropping.abort();
  };
  /** Drops what wasn't used for the whole time. */
  const sweep = (): void => {
    timer = undefined;
    const now = readClocks().monotonic;
    for (const entry of entries.values()) {
      if (entry.isUsed || entry.listeners.size > 0 || entry.load !== null) entry.usedAt = now;
      else if (now - entry.usedAt >= unusedAfter) drop(entry);
      entry.isUsed = false;
    }
    scheduleSweep();
  };
  const scheduleSweep = (): void => {
    if (entries.size > 0) timer ??= setTimeout(sweep, Math.min(maxSweepIntervalMs, unusedAfter / 4));
  };
  /** Drops the first one that wasn't used since the last look at it; what was used goes to the end. */
  const makeRoom = (): void => {
    for (let looks = 2 * entries.size; entries.size >= maxOrganizations && looks > 0; looks -= 1) {
      const [first] = entries.values();
      if (first === undefined) return;
      if (!first.isUsed && first.listeners.size === 0) drop(first);
      else {
        first.isUsed = false;
        entries.delete(first.id);
        entries.set(first.id, first);
      }
    }
  };
  return {
    open: (id) => {
      const known = entries.get(id);
      if (known !== undefined) {
        known.isUsed = true;
        return known;
      }
      makeRoom();
      const entry = createOrganizationReplica(id, maxStaleness, readClocks().monotonic);
      entries.set(id, entry);
      scheduleSweep();
      return entry;
    },
    find: (id) => entries.get(id),
    values: () => entries.values(),
    size: () => entries.size,
    close: () => {
      clearTimeout(timer);
      for (const entry of entries.values()) drop(entry);
    },
  };
}
