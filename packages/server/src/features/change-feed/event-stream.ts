/** The server-sent event stream of one page. */
import { setTimeout as wait } from "node:timers/promises";
import { can, permissionSet } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { DatabaseUnavailable } from "../../db/database.ts";
import { ApiError } from "../../errors/api-error.ts";
import { batchSize, type ChangeFeed, type Subscription } from "./change-feed.ts";
import { formatPosition, type Position, type StoredChange } from "./position.ts";

/** A client with an open stream. */
export interface Subscriber {
  readonly actor: Actor;
  /** Loads the actor again; throws when the credentials are no longer valid. */
  readonly reauthenticate: () => Promise<Actor>;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

/** Where a stream starts. */
export interface StreamStart {
  /** After the last event that the client has. */
  readonly position: Position;
  /** Too many events were missed: the client has to reload everything. */
  readonly isReset: boolean;
}

/** Intervals of a stream. */
export interface StreamTiming {
  /** Permissions are checked at least this often. */
  readonly authCheckMs: number;
  /** The position is sent after this long without an event, so that no proxy closes the connection as idle. */
  readonly heartbeatMs: number;
  /** Delay between two batches. */
  readonly batchDelayMs: number;
}

const defaultTiming: StreamTiming = { authCheckMs: 4_000, heartbeatMs: 15_000, batchDelayMs: 100 };

/**
 * Streams events until the client disconnects or loses access, the feed closes, the database is unavailable, or the log no
 * longer contains the position (the next stream then starts with `reset`). Permissions are loaded after the events were read
 * and before they are sent.
 */
export async function* eventStream(
  feed: ChangeFeed,
  subscription: Subscription,
  subscriber: Subscriber,
  start: StreamStart,
  timing: StreamTiming = defaultTiming,
): AsyncGenerator<string, void, undefined> {
  let { position } = start;
  let { actor } = subscriber;
  let writtenAt = performance.now();
  yield `retry: 3000\n${formatEvent(start.isReset ? "reset" : "ready", position)}`;
  while (!subscriber.signal.aborted && !feed.isClosed()) {
    const next = await readNext(subscription, subscriber, { position, actor });
    if (next === null) return;
    ({ position, actor } = next);
    const isHeartbeatDue = next.text === "" && performance.now() - writtenAt >= timing.heartbeatMs;
    const text = isHeartbeatDue ? formatEvent("position", position) : next.text;
    if (text !== "") {
      yield text;
      writtenAt = performance.now();
    }
    if (next.count === batchSize) continue;
    if (next.count > 0)
      await wait(timing.batchDelayMs, undefined, { signal: subscriber.signal }).catch(() => undefined);
    const heartbeatInMs = Math.max(0, writtenAt + timing.heartbeatMs - performance.now());
    const timeout = AbortSignal.timeout(Math.min(timing.authCheckMs, Math.ceil(heartbeatInMs)));
    await subscription.waitForNext(position, AbortSignal.any([subscriber.signal, timeout]));
  }
}

/** State between two batches. */
interface StreamState {
  readonly position: Position;
  readonly actor: Actor;
}

/** The next batch as text; null when the stream has to end. */
async function readNext(
  subscription: Subscription,
  { reauthenticate }: Subscriber,
  before: StreamState,
): Promise<(StreamState & { readonly text: string; readonly count: number }) | null> {
  try {
    const changes = await subscription.readAfter(before.position);
    if (changes === null) return null;
    const actor = await reauthenticate();
    const position = changes.at(-1) ?? before.position;
    const visible = changes.filter((change) => canSee(actor, change));
    const isAboutActor = changes.some(({ target }) => target.id !== null && target.id === actor.ownUserId);
    const parts = [
      ...visible.map((change) => formatEvent("change", change, toChangeEvent(change))),
      ...(isAboutActor || !haveSamePermissions(before.actor, actor) ? [formatEvent("rights", position)] : []),
      ...(position !== (visible.at(-1) ?? before.position) ? [formatEvent("position", position)] : []),
    ];
    return { position, actor, text: parts.join(""), count: changes.length };
  } catch (error) {
    if (error instanceof ApiError || error instanceof DatabaseUnavailable) return null;
    throw error;
  }
}

function formatEvent(name: string, position: Position, data: unknown = {}): string {
  return `event: ${name}\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The hash is in the id. */
function toChangeEvent({ hash, ...change }: StoredChange): ChangeEvent {
  return change;
}

/** The permission to see events of a category. `audit:view` shows all of them. */
const requiredPermissions: Readonly<Record<string, OwnPermission>> = {
  users: "users:view",
  roles: "roles:view",
  invitations: "invitations:view",
  "api-keys": "api-keys:view",
};

function canSee(actor: Actor, { action }: ChangeEvent): boolean {
  const category = action.slice(0, action.indexOf("."));
  // Every member may read the catalogue.
  if (category === "permissions") return true;
  const permission = requiredPermissions[category];
  return can(actor, "audit:view") || (permission !== undefined && can(actor, permission));
}

function haveSamePermissions(one: Actor, other: Actor): boolean {
  const [before, after] = [one, other].map(({ permissions }) => permissionSet.names(permissions).join());
  return before === after;
}
