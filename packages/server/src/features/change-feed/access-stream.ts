/** The server-sent event stream for a program that replicates users, roles and grants. */
import type { AccessEvents, ChangeEvent } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { requireApiKey, requirePermission } from "../../auth/require-permission.ts";
import { DatabaseUnavailable } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { readAccessChanges } from "./access-changes.ts";
import { batchSize, type ChangeFeed, type Subscription } from "./change-feed.ts";
import type { Subscriber } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { formatPosition, type Position } from "./position.ts";
import { retryField, streamSnapshot } from "./snapshot-stream.ts";

/** The key is checked at least this often. */
const authCheckMs = 4_000;

/** Where a stream starts, and its heartbeat. */
export interface AccessStreamStart {
  /** After the last event of the replica; null to start with a snapshot. */
  readonly position: Position | null;
  /** Time of the request by `performance.now()`. */
  readonly openedAt: number;
  /** Milliseconds between two `current` events. */
  readonly heartbeatMs: number;
}

/** What the stream needs. */
export type AccessStreamDeps = Pick<Deps, "db" | "clock"> & {
  readonly feed: Pick<ChangeFeed, "isClosed">;
  readonly loads: LoadQueue;
};

/**
 * Streams a snapshot if needed and then changes, until the client disconnects or loses access, the server stops, or the
 * database is unavailable. All events up to a `current` event are one state of the database, as of its time or later, so a
 * replica that is applied there allows only what was allowed at one moment. When the log no longer contains the position, the
 * stream starts again with a snapshot.
 */
export async function* accessStream(
  deps: AccessStreamDeps,
  subscription: Subscription,
  subscriber: Subscriber,
  start: AccessStreamStart,
): AsyncGenerator<string, void, undefined> {
  const { organizationId } = subscriber.actor;
  let { position } = start;
  let checkedAt = start.openedAt;
  const authorize = async (maxAgeMs: number): Promise<void> => {
    if (performance.now() - checkedAt < maxAgeMs) return;
    requireSnapshotPermissions(await subscriber.reauthenticate());
    checkedAt = performance.now();
  };
  if (position !== null) yield retryField;
  try {
    while (!subscriber.signal.aborted && !deps.feed.isClosed()) {
      if (position === null) {
        const snapshot = yield* streamSnapshot(deps, subscriber, {
          heartbeatMs: start.heartbeatMs,
          check: () => authorize(authCheckMs),
        });
        if (snapshot === null) continue;
        position = snapshot.position;
        yield formatCurrent(position, toCurrentData(deps, start, snapshot.syncedAt));
        continue;
      }
      await subscription.refresh(start.heartbeatMs / 2);
      let syncedAt = subscription.syncedAt();
      const changes = await subscription.readAfter(position);
      await authorize(changes === null || changes.length > 0 ? 0 : authCheckMs);
      if (changes === null) {
        position = null;
        continue;
      }
      if (changes.length === batchSize || changes.some(isAccessChange)) {
        syncedAt = performance.now();
        const changed = await readAccessChanges(deps.db, organizationId, {
          oldest: position,
          newest: position,
        });
        position = changed?.head ?? null;
        if (changed === null || position === null) continue;
        yield* changed.parts;
      } else position = changes.at(-1) ?? position;
      yield formatCurrent(position, toCurrentData(deps, start, syncedAt));
      await subscription.waitForNext(
        position,
        AbortSignal.any([subscriber.signal, AbortSignal.timeout(start.heartbeatMs)]),
      );
    }
  } catch (error) {
    if (error instanceof ApiError || error instanceof DatabaseUnavailable) return;
    throw error;
  }
}

/** @throws ApiError unless the actor is an API key that may read users and roles */
export function requireSnapshotPermissions(actor: Actor): void {
  requirePermission(actor, "users:view");
  requirePermission(actor, "roles:view");
  requireApiKey(actor);
}

/** Whether an event may have changed permissions. Most events, such as sign-ins, don't. */
function isAccessChange({ action }: ChangeEvent): boolean {
  return /^(users|roles|permissions)\./.test(action);
}

/** The data of a `current` event. */
function toCurrentData(
  { clock }: AccessStreamDeps,
  { openedAt }: AccessStreamStart,
  syncedAt: number,
): AccessEvents["current"] {
  return { elapsed: Math.floor(syncedAt - openedAt), at: clock.now().toISOString() };
}

function formatCurrent(position: Position, data: AccessEvents["current"]): string {
  return `event: current\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(data)}\n\n`;
}
