/** The server-sent event stream for a program that replicates users, roles and grants. */
import type { AccessEvents, ChangeEvent } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { requireApiKey, requirePermission } from "../../auth/require-permission.ts";
import { DatabaseUnavailable, type Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { nilUuid } from "../../ports/ids.ts";
import type { Semaphore } from "../../semaphore.ts";
import {
  countUsers,
  formatAccessEvent,
  formatClosed,
  readAccessChanges,
  readCatalogue,
  readRoles,
  readStateAfter,
  restoreAction,
} from "./access-changes.ts";
import { batchSize, type ChangeFeed, type Subscription } from "./change-feed.ts";
import type { Subscriber } from "./event-stream.ts";
import { formatPosition, type Position, type StoredChange, startPosition } from "./position.ts";
import { readSnapshotPage, snapshotPageSize } from "./snapshot-page.ts";

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
  readonly loads: Semaphore;
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
  let isClosed = subscriber.actor.closure !== undefined;
  const authorize = async (maxAgeMs: number): Promise<void> => {
    if (performance.now() - checkedAt < maxAgeMs) return;
    const actor = await subscriber.reauthenticate();
    requireSnapshotPermissions(actor);
    isClosed = actor.closure !== undefined;
    checkedAt = performance.now();
  };
  if (position !== null) yield retryField;
  try {
    while (!subscriber.signal.aborted && !deps.feed.isClosed()) {
      if (isClosed) {
        const within = { organizationId, signal: subscriber.signal, authorize, isClosed: () => isClosed };
        yield* streamClosed(deps, subscription, within, start);
        position = null;
        continue;
      }
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
      const sessions = findEndedSessions(changes);
      if (sessions !== null) yield formatAccessEvent("sessions", sessions);
      // A state that contained unsealed events is read again until they are sealed: the history may change before.
      if (changes.length === batchSize || changes.some(isAccessChange) || position.unsealed !== undefined) {
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

/**
 * Streams the state of an organization that nobody can use: without users, so that every check is denied. Ends when it can be used
 * again; then the stream goes on with a snapshot.
 */
async function* streamClosed(
  deps: AccessStreamDeps,
  subscription: Subscription,
  within: {
    readonly organizationId: string;
    readonly signal: AbortSignal;
    readonly authorize: (maxAgeMs: number) => Promise<void>;
    readonly isClosed: () => boolean;
  },
  start: AccessStreamStart,
): AsyncGenerator<string, void, undefined> {
  const { organizationId, signal, authorize, isClosed } = within;
  let isFirst = true;
  while (isClosed() && !signal.aborted && !deps.feed.isClosed()) {
    const syncedAt = performance.now();
    const state = await readStateAfter(deps.db, organizationId, startPosition, (tx) =>
      readCatalogue(tx, organizationId),
    );
    await authorize(0); // it was closed when the state was read, or it is not streamed
    if (state === null || !isClosed()) return;
    const { head } = state;
    if (isFirst) yield retryField + formatClosed(state.state).join("");
    isFirst = false;
    yield formatCurrent(head, toCurrentData(deps, start, syncedAt));
    await subscription.waitForNext(head, AbortSignal.any([signal, AbortSignal.timeout(start.heartbeatMs)]));
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
  return action === restoreAction || /^(users|roles|permissions)\./.test(action);
}

/** Events that may end a user's sessions, or a panel's. Those of users are sent with the users. */
const sessionActions =
  /^(sessions\.(ended|signed-out)|accounts\.|panels\.|organizations\.(edited|suspended|deleted))/;

/** The users whose sessions may have ended, or null for all; null if no sessions have. */
function findEndedSessions(changes: readonly StoredChange[]): AccessEvents["sessions"] | null {
  if (changes.length === batchSize) return { userIds: null };
  const ended = changes.filter(({ action }) => sessionActions.test(action));
  if (ended.length === 0) return null;
  if (ended.some(({ action }) => action.startsWith("organizations."))) return { userIds: null };
  // Users end their own sessions, or somebody else ends those of the target.
  const ids = ended.map(({ target, actorId }) => (target.type === "user" ? target.id : actorId));
  return { userIds: [...new Set(ids.flatMap((id) => id ?? []))] };
}

/** The data of a `current` event. */
function toCurrentData(
  { clock }: AccessStreamDeps,
  { openedAt }: AccessStreamStart,
  syncedAt: number,
): AccessEvents["current"] {
  return { elapsed: Math.floor(syncedAt - openedAt), at: clock.now().toISOString() };
}

/** A `current` event with its position. */
export function formatCurrent(position: Position, data: AccessEvents["current"]): string {
  return `event: current\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Who reads a snapshot. */
interface SnapshotReader extends Pick<Subscriber, "signal"> {
  readonly actor: Pick<Actor, "organizationId">;
}

/** A snapshot that was sent. */
export interface SentSnapshot {
  readonly position: Position;
  /** By `performance.now()`: the snapshot includes every earlier commit. */
  readonly syncedAt: number;
}

/** Attempts for one read while the database is unavailable. */
const maxAttempts = 20;
const retryDelayMs = 500;

/** The reconnection time, in milliseconds, for the client. */
const retryField = "retry: 1000\n\n";

/**
 * Sends a snapshot page by page, so that no transaction waits for a slow client and only one page is in memory. Returns null
 * when the log no longer contains a position that was read before. `loads` limits how many pages this process reads at the same
 * time. While a page waits, a comment is sent every `heartbeatMs` milliseconds. `check` throws when the program has lost access.
 */
export async function* streamSnapshot(
  { db, loads }: Pick<Deps, "db"> & { readonly loads: Semaphore },
  { actor: { organizationId }, signal }: SnapshotReader,
  { heartbeatMs, check }: { readonly heartbeatMs: number; readonly check: () => Promise<void> },
): AsyncGenerator<string, SentSnapshot | null, undefined> {
  const wait = <T>(what: () => Promise<T>) => withKeepAlive(withRetries(what, signal), heartbeatMs);
  const read = <T>(known: Position, what: (tx: Tx) => Promise<T>) =>
    wait(() =>
      loads.run(async () => (signal.aborted ? null : readStateAfter(db, organizationId, known, what))),
    );
  const first = yield* read(startPosition, async (tx) => ({
    users: await countUsers(tx, organizationId),
    roles: await readRoles(tx, organizationId, null),
    catalogue: await readCatalogue(tx, organizationId),
  }));
  if (first === null) return null;
  yield formatAccessEvent("reset", { users: first.state.users }) + retryField + first.state.catalogue;
  yield formatAccessEvent("roles", { roles: [...first.state.roles] });
  let newest = first.head;
  let after = nilUuid;
  for (let count = snapshotPageSize, sent = 0; count === snapshotPageSize; ) {
    yield* wait(check);
    const known = { position: newest, after };
    const page = yield* read(known.position, (tx) =>
      readSnapshotPage(tx, organizationId, { after: known.after, limit: snapshotPageSize }),
    );
    if (page === null) return null;
    const { columns, lastId } = page.state;
    newest = page.head;
    after = lastId ?? after;
    count = page.state.count;
    sent += count;
    yield formatAccessEvent("snapshot", { read: sent, ...columns });
  }
  yield* wait(check); // a slow client may have delayed the last page
  // The pages are of several states: changes since the oldest are read again, as one state.
  const range = { oldest: first.head, newest };
  const syncedAt = performance.now();
  const changed = yield* wait(() => readAccessChanges(db, organizationId, range));
  if (changed === null) return null;
  yield* changed.parts;
  return { position: changed.head, syncedAt };
}

/** Retries while the database is unavailable: ending the stream would discard every page that was sent. */
async function withRetries<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || attempt === maxAttempts || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    }
  }
}

/** Waits for `pending` and sends a comment every `intervalMs`, so that no proxy closes the connection as idle. */
async function* withKeepAlive<T>(
  pending: Promise<T>,
  intervalMs: number,
): AsyncGenerator<string, T, undefined> {
  let timer: NodeJS.Timeout | undefined;
  const done = pending.then((value) => ({ value }));
  done.catch(() => undefined); // reported by the race below
  try {
    for (;;) {
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), intervalMs);
      });
      const settled = await Promise.race([done, late]);
      clearTimeout(timer);
      if (settled !== null) return settled.value;
      yield ": loading\n\n";
    }
  } finally {
    clearTimeout(timer);
  }
}
