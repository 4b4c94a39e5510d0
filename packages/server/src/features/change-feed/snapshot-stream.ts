/** A snapshot of users, roles and grants, for a program without a usable replica. */
import { DatabaseUnavailable } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import {
  formatAccessEvent,
  pageSize,
  readAccessChanges,
  readCatalogue,
  repeatableRead,
} from "./access-changes.ts";
import { countUsers, readRoles, readUsersAfter } from "./access-queries.ts";
import type { Subscriber } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { type Position, startPosition } from "./position.ts";
import { findHead } from "./queries.ts";

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
export const retryField = "retry: 1000\n\n";

const nilUuid = "00000000-0000-0000-0000-000000000000";

/**
 * Sends a snapshot page by page, so that no transaction waits for a slow client and only one page is in memory. Returns null
 * when the log no longer contains a position that was read before. `loads` limits how many pages this process reads at the same
 * time. While a page waits, a comment is sent every `heartbeatMs` milliseconds. `check` throws when the program has lost access.
 */
export async function* streamSnapshot(
  { db, loads }: Pick<Deps, "db"> & { readonly loads: LoadQueue },
  { actor: { organizationId }, signal }: Subscriber,
  { heartbeatMs, check }: { readonly heartbeatMs: number; readonly check: () => Promise<void> },
): AsyncGenerator<string, SentSnapshot | null, undefined> {
  const wait = <T>(what: () => Promise<T>) => withKeepAlive(withRetries(what, signal), heartbeatMs);
  const read = <T>(what: Parameters<typeof db.tenant<T>>[1]) =>
    wait(() =>
      loads.run(async () => (signal.aborted ? null : db.tenant(organizationId, what, repeatableRead))),
    );
  const first = yield* read(async (tx) => {
    const [head, users] = await Promise.all([
      findHead(tx, organizationId, startPosition),
      countUsers(tx, organizationId),
    ]);
    const roles = await readRoles(tx, organizationId, null);
    return { head, users, roles, catalogue: await readCatalogue(tx, organizationId) };
  });
  if (first === null || first.head === null) return null;
  yield formatAccessEvent("reset", { users: first.users }) + retryField + first.catalogue;
  yield formatAccessEvent("roles", { roles: [...first.roles] });
  let newest = first.head;
  let after = nilUuid;
  for (let count = pageSize, sent = 0; count === pageSize; ) {
    yield* wait(check);
    const page = yield* read(async (tx) => {
      const [head, users] = await Promise.all([
        findHead(tx, organizationId, newest),
        readUsersAfter(tx, organizationId, { after, limit: pageSize }),
      ]);
      return { head, users };
    });
    if (page === null || page.head === null) return null;
    newest = page.head;
    after = page.users.lastId ?? after;
    count = page.users.count;
    sent += count;
    yield `event: users\ndata: {"users":${page.users.users},"read":${sent}}\n\n`;
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
