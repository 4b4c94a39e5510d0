/** Keeps the replica in sync: one stream at a time, reopened when it ends, stalls or reaches its maximum age. */

import type { SessionListener } from "../access-source.ts";
import type { Connection } from "../client/connection.ts";
import { type GatehouseError, toSetupError, unreachable } from "../client/gatehouse-error.ts";
import { createEventApplier, parseAccessEvent } from "./apply-events.ts";
import { keepConnected } from "./keep-connected.ts";
import type { readEvents } from "./read-events.ts";
import { receiveEvents } from "./receive-events.ts";
import type { Replica } from "./replica.ts";
import { type ClockReading, readClocks } from "./runtime.ts";
import type { StalenessTracker } from "./staleness.ts";

/** Milliseconds. Clocks of two machines drift apart, so a new connection measures their offset again. */
const maxConnectionAgeMs = 600_000;
/** Milliseconds without data while a first replica is loaded, which takes longer. */
export const initialTimeoutMs = 10_000;

/** What syncing needs, and its callbacks. */
export interface SyncOptions {
  readonly connection: Connection;
  readonly staleness: StalenessTracker;
  readonly maxStaleness: number;
  /** Creates an empty replica. */
  readonly createReplica: () => Replica;
  /** The replica is complete up to the event `sequence`. `isChanged`: checks may have other results than before. */
  readonly onCurrent: (replica: Replica, sequence: number, isChanged: boolean) => void;
  /** Sessions of these users may have ended, or the users changed; null for all. Called as soon as it is known. */
  readonly onSessionsEnded: SessionListener;
  /** Data arrived. */
  readonly onActivity: () => void;
  /** Progress of loading a replica: users processed, and users in all. */
  readonly onProgress: (read: number, total: number) => void;
  /** A connection failed. */
  readonly onFailure: (error: GatehouseError) => void;
}

/** Syncs until `signal` aborts. */
export async function sync(options: SyncOptions, signal: AbortSignal): Promise<void> {
  const state: SyncState = { replica: null, position: null };
  await keepConnected(options, signal, () => syncOnce(options, state, signal));
}

/** Milliseconds between two `current` events. */
export function getBeatMs(maxStaleness: number): number {
  return Math.min(1_000, Math.max(200, Math.floor(maxStaleness / 4)));
}

/** How a stream goes on after a `current` event: null to read on. */
export function findStreamEnd(
  { staleness, maxStaleness }: Pick<SyncOptions, "staleness" | "maxStaleness">,
  openedAt: ClockReading,
): "reconnect" | "failed" | null {
  if (readClocks().monotonic - openedAt.monotonic > maxConnectionAgeMs) return "reconnect";
  return staleness.age() > maxStaleness ? "failed" : null;
}

interface SyncState {
  /** Complete up to `position`; null before the first load. */
  replica: Replica | null;
  /** The id of the last applied event, opaque to the client. */
  position: string | null;
}

/** Runs one connection. Resolves when it should be reopened, rejects when it failed. */
async function syncOnce(options: SyncOptions, state: SyncState, signal: AbortSignal): Promise<void> {
  const { connection, staleness, maxStaleness } = options;
  const beatMs = getBeatMs(maxStaleness);
  const query = new URLSearchParams({ beat: String(beatMs) });
  if (state.position !== null) query.set("after", state.position);
  const request = {
    send: connection.send,
    url: `${connection.base}/changes?${query}`,
    // Restarting a first load is expensive.
    getTimeoutMs: () => Math.max(maxStaleness, 3 * beatMs, state.replica === null ? initialTimeoutMs : 0),
    graceMs: beatMs,
    onActivity: options.onActivity,
    toError: (response: Response) => toSetupError(connection.url, connection.organizationId, response),
  };
  const result = await receiveEvents(request, signal, applyEvents);
  if (result === "failed") throw unreachable(connection.url);

  async function applyEvents(
    openedAt: ClockReading,
    events: ReturnType<typeof readEvents>,
  ): Promise<"reconnect" | "failed"> {
    const apply = createEventApplier(options.createReplica, state.replica);
    let total = 0;
    for await (const event of events) {
      const received = parseAccessEvent(event);
      if (received === null) continue;
      if (received.name === "sessions") {
        options.onSessionsEnded(received.data.userIds);
        continue;
      }
      if (received.name === "users") options.onSessionsEnded(received.data.users.map((user) => user.id));
      if (received.name === "reset") {
        options.onSessionsEnded(null);
        total = received.data.users;
      }
      if (received.name === "snapshot") options.onProgress(received.data.read, total);
      const complete = apply(received);
      if (complete === null) continue;
      const { replica, position, sequence, elapsed, time } = complete;
      state.replica = replica;
      state.position = position;
      if (!staleness.record(openedAt, elapsed, time)) return "reconnect";
      options.onCurrent(replica, sequence, complete.isChanged);
      const end = findStreamEnd(options, openedAt);
      if (end !== null) return end;
    }
    return "failed";
  }
}
