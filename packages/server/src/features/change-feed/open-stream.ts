import { sealBeforeReading } from "../../audit/seal.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { Semaphore } from "../../semaphore.ts";
import { accessStream, requireSnapshotPermissions } from "./access-stream.ts";
import { batchSize, type ChangeFeed, type Subscription } from "./change-feed.ts";
import type { ConnectionLimiter, StreamHolder } from "./connection-limiter.ts";
import { eventStream, type Subscriber } from "./event-stream.ts";
import type { OrganizationHeads } from "./organization-heads.ts";
import { organizationsStream } from "./organizations-stream.ts";
import { findPositions, type Position, parsePosition, startPosition } from "./position.ts";

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
  const release = deps.connections.acquire(actor);
  if (release === null) throw tooManyStreams();
  onAbort(signal, release);
  const since = new Date(deps.clock.now().getTime() - lookBackMs);
  const requested = after === null ? null : parsePosition(after);
  const query = { since, known: requested ?? startPosition };
  const { head, before, isKnown } = await sealBeforeReading(deps.db, organizationId)
    .then(() =>
      deps.db.tenant(organizationId, (tx) => findPositions(tx, organizationId, query), { readOnly: true }),
    )
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
  deps: StreamDeps & { readonly loads: Semaphore },
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

/** Programs of the operator share their token. */
const operator: StreamHolder = { organizationId: "operator", id: null, sessionId: null };

/**
 * Opens the stream of a program of the operator.
 * @throws ApiError busy
 */
export async function openOrganizationsStream(
  deps: Pick<Deps, "clock"> & { readonly heads: OrganizationHeads; readonly connections: ConnectionLimiter },
  { signal, heartbeatMs }: { readonly signal: AbortSignal; readonly heartbeatMs: number | null },
): Promise<AsyncIterable<string>> {
  const openedAt = performance.now();
  const release = deps.connections.acquire(operator);
  if (release === null) throw tooManyStreams();
  onAbort(signal, release);
  const subscription = deps.heads.subscribe();
  onAbort(signal, subscription.unsubscribe);
  const start = { openedAt, heartbeatMs: heartbeatMs ?? defaultHeartbeatMs, signal };
  // An unavailable database is an error response.
  await subscription.refresh(start.heartbeatMs / 2).catch((error: unknown) => {
    subscription.unsubscribe();
    release();
    throw error;
  });
  return organizationsStream(deps, subscription, start);
}
