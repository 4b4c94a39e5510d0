/** A whole copy of who may do what, for a program that has none, or one of another history. */
import { DatabaseUnavailable } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { countUsers, readRoles, readUsersAfter } from "./access-queries.ts";
import type { Follower } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { origin, type Position } from "./position.ts";
import { findHead } from "./queries.ts";
import { accessEvent, oneState, pageSize, readCatalogue, readChanged } from "./read-changed.ts";

/** A copy that has been told. */
export interface ToldCopy {
  readonly position: Position;
  /** By `performance.now()`: nothing is missing that was committed before. */
  readonly seenUntil: number;
}

/** How often a read is tried, and the milliseconds between two tries. */
const mostTries = 20;
const pause = 500;

/** How long to wait before a stream that broke off is opened again. */
export const retry = "retry: 1000\n\n";

const firstId = "00000000-0000-0000-0000-000000000000";

/**
 * Tells everything, page by page, so that no transaction waits for a slow reader and no more than a page is in memory; null when
 * the database has another history than it had when this began. Pages are read a few at a time in this process. While one waits
 * for its turn, or for the database, a comment every `beat` milliseconds says that it comes. `check` throws when the program may not be told any more.
 */
export async function* wholeCopy(
  { db, loads }: Pick<Deps, "db"> & { readonly loads: LoadQueue },
  { actor: { organizationId }, gone }: Follower,
  { beat, check }: { readonly beat: number; readonly check: () => Promise<void> },
): AsyncGenerator<string, ToldCopy | null, undefined> {
  const wait = <T>(what: () => Promise<T>) => saying(persistently(what, gone), beat);
  const read = <T>(what: Parameters<typeof db.tenant<T>>[1]) =>
    wait(() => loads.run(async () => (gone.aborted ? null : db.tenant(organizationId, what, oneState))));
  const first = yield* read(async (tx) => {
    const [head, users] = await Promise.all([
      findHead(tx, organizationId, origin),
      countUsers(tx, organizationId),
    ]);
    const roles = await readRoles(tx, organizationId, null);
    return { head, users, roles, catalogue: await readCatalogue(tx, organizationId) };
  });
  if (first === null || first.head === null) return null;
  yield accessEvent("reset", { users: first.users }) + retry + first.catalogue;
  yield accessEvent("roles", { roles: [...first.roles] });
  let seen = first.head;
  let after = firstId;
  for (let count = pageSize, told = 0; count === pageSize; ) {
    yield* wait(check);
    const page = yield* read(async (tx) => {
      const [head, users] = await Promise.all([
        findHead(tx, organizationId, seen),
        readUsersAfter(tx, organizationId, { after, limit: pageSize }),
      ]);
      return { head, users };
    });
    if (page === null || page.head === null) return null;
    seen = page.head;
    after = page.users.last ?? after;
    count = page.users.count;
    told += count;
    yield `event: users\ndata: {"users":${page.users.users},"read":${told}}\n\n`;
  }
  yield* wait(check); // the last page may have waited long for its reader
  // These are pieces of several states: what changed since the oldest is read once more, as one state.
  const pieces = { from: first.head, seen };
  const seenUntil = performance.now();
  const changed = yield* wait(() => readChanged(db, organizationId, pieces));
  if (changed === null) return null;
  yield* changed.parts;
  return { position: changed.head, seenUntil };
}

/** Tries again while the database can't be had for a moment: with the stream everything would be lost that was told so far. */
async function persistently<T>(work: () => Promise<T>, gone: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || tries === mostTries || gone.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Waits, and says now and then that it still does: neither a proxy nor the program shall take the stream for dead. */
async function* saying<T>(pending: Promise<T>, every: number): AsyncGenerator<string, T, undefined> {
  let timer: NodeJS.Timeout | undefined;
  const done = pending.then((value) => ({ value }));
  done.catch(() => undefined); // whoever waits hears of it
  try {
    for (;;) {
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), every);
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
