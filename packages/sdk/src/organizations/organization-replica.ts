/** The replica of one of many organizations. A plain object, because there may be thousands. */
import type { GatehouseError } from "../client/gatehouse-error.ts";
import type { Replica } from "../replica/replica.ts";
import { createStalenessTracker, type StalenessTracker } from "../replica/staleness.ts";
import type { QueuedLoad } from "./load-queue.ts";

/** State of one organization's replica. */
export interface OrganizationReplica {
  readonly id: string;
  /** Null before the first load, and when the organization is gone. */
  replica: Replica | null;
  /** Of the last event that the replica has; null without a replica. */
  position: string | null;
  /** Of the loads. While `isFollowed` that of the stream counts, too. */
  readonly staleness: StalenessTracker;
  /** Whether the replica is complete at every `current` event of the open stream. */
  isFollowed: boolean;
  /** What the open stream said last: a position, null for events without one, undefined for nothing. */
  head: string | null | undefined;
  /** How often the stream said something. */
  headCount: number;
  load: QueuedLoad | null;
  /** Failed loads in a row. */
  failures: number;
  /** Of the last load; null if it succeeded. */
  error: GatehouseError | null;
  retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Aborts when the replica is dropped. */
  readonly dropping: AbortController;
  /** Whether it was used since the last look at it. */
  isUsed: boolean;
  /** When a look found that it had been used, by the monotonic clock. */
  usedAt: number;
  readonly listeners: Set<() => void>;
  /** Whether it was usable when the listeners were called last. */
  wasUsable: boolean;
}

/** An empty one, which is used at `now`. */
export function createOrganizationReplica(
  id: string,
  maxStaleness: number,
  now: number,
): OrganizationReplica {
  return {
    id,
    replica: null,
    position: null,
    staleness: createStalenessTracker(maxStaleness),
    isFollowed: false,
    head: undefined,
    headCount: 0,
    load: null,
    failures: 0,
    error: null,
    retryTimer: undefined,
    dropping: new AbortController(),
    isUsed: true,
    usedAt: now,
    listeners: new Set(),
    wasUsable: false,
  };
}
