import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { accessStream, requireSnapshotPermissions } from "./access-stream.ts";
import { batchSize, type ChangeFeed, type Subscription } from "./change-feed.ts";
import { eventStream, type Subscriber } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { findPositions, type Position, parsePosition, startPosition } from "./position.ts";

/** Limits the number of open streams: each has a socket and polls the database. */
export interface ConnectionLimiter {
  /** Acquires a connection for a session or key. Returns its release function, or null when a limit is reached. */
  readonly acquire: (holder: string) => (() => void) | null;
}

/** Limits are per process. */
export function createConnectionLimiter(maxTotal = 2_000, maxPerHolder = 10): ConnectionLimiter {
  const countByHolder = new Map<string, number>();
  let total = 0;
  return {
    acquire: (holder) => {
      const count = countByHolder.get(holder) ?? 0;
      if (total >= maxTotal || count >= maxPerHolder) return null;
      total += 1;
      countByHolder.set(holder, count + 1);
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        total -= 1;
        const remaining = (countByHolder.get(holder) ?? 1) - 1;
        if (remaining === 0) countByHolder.delete(holder);
        else countByHolder.set(holder, remaining);
      };
    },
  };
}

/** Covers what a page may have missed between loading its content and opening the stream. */
const lookBackMs = 5_000;

/** What a stream needs. */
export interface StreamDeps extends Pick<Deps, "db" | "clock"> {
  readonly feed: ChangeFeed;
  readonly connections: ConnectionLimiter;
}

/** A subscription, and the positions where its stream can start. */
interface OpenedSubscription {
  readonly subscription: Subscription;
  /** The newest position. */
  readonly head: Position;
  /** The position `lookBackMs` ago. */
  readonly before: Position;
  /** The requested position; null when the log doesn't contain it or it is more than a batch behind. */
  readonly after: Position | null;
}

/**
 * Opens the event stream of a page after the event `after`, or else from `lookBackMs` ago, so that a page that was just loaded
 * misses nothing.
 * @throws ApiError busy when too many streams are open
 */
export async function openEventStream(
  deps: StreamDeps,
  subscriber: Subscriber,
  after: string | null,
): Promise<AsyncIterable<string>> {
  const opened = await openSubscription(deps, subscriber, after);
  const isReset = after !== null && opened.after === null;
  const position = isReset ? opened.head : (opened.after ?? opened.before);
  return eventStream(deps.feed, opened.subscription, subscriber, { position, isReset });
}

/**
 * Subscribes until the client disconnects, and finds where the stream can start.
 * @throws ApiError busy when too many streams are open
 */
async function openSubscription(
  deps: StreamDeps,
  { actor, signal }: Subscriber,
  after: string | null,
): Promise<OpenedSubscription> {
  const { organizationId } = actor;
  const release = deps.connections.acquire(actor.sessionId ?? actor.id ?? "");
  if (release === null) throw tooManyStreams();
  onAbort(signal, release);
  const since = new Date(deps.clock.now().getTime() - lookBackMs);
  const requested = after === null ? null : parsePosition(after);
  const query = { since, known: requested ?? startPosition };
  const { head, before, isKnown } = await deps.db
    .tenant(organizationId, (tx) => findPositions(tx, organizationId, query), { readOnly: true })
    .catch((error: unknown) => {
      release();
      throw error;
    });
  const subscription = deps.feed.subscribe(organizationId, head);
  onAbort(signal, subscription.unsubscribe);
  const isRecent = requested !== null && isKnown && head.sequence - requested.sequence <= batchSize;
  return { subscription, head, before, after: isRecent ? requested : null };
}

function onAbort(signal: AbortSignal, cleanUp: () => void): void {
  if (signal.aborted) cleanUp();
  else signal.addEventListener("abort", cleanUp);
}

function tooManyStreams(): ApiError {
  return new ApiError("busy", {
    detail: "Too many event streams are open. Close some pages or programs.",
    retryAfter: 30,
  });
}

/** Between two `current` events, unless the query has `heartbeatMs`. */
const defaultHeartbeatMs = 1_000;

/**
 * Opens the access stream of a program: a snapshot, or changes after the position `after`.
 * @throws ApiError forbidden/permission, api-keys/only, busy
 */
export async function openAccessStream(
  deps: StreamDeps & { readonly loads: LoadQueue },
  subscriber: Subscriber,
  { after, heartbeatMs }: { readonly after: string | null; readonly heartbeatMs: number | null },
): Promise<AsyncIterable<string>> {
  const openedAt = performance.now();
  requireSnapshotPermissions(subscriber.actor);
  const { subscription, after: position } = await openSubscription(deps, subscriber, after);
  return accessStream(deps, subscription, subscriber, {
    position,
    openedAt,
    heartbeatMs: heartbeatMs ?? defaultHeartbeatMs,
  });
}
