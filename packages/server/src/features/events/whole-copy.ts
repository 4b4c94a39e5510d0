/** A whole copy of who may do what, for a program that has none, or one of another history. */
import type { Deps } from "../../deps.ts";
import { countUsers, readRoles, readUsersAfter } from "./access-queries.ts";
import type { Follower } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { origin, type Position } from "./position.ts";
import { findHead } from "./queries.ts";
import { accessEvent, oneState, pageSize, readCatalogue } from "./read-changed.ts";

/** Pieces of several states of one history. */
export interface Pieces {
  /** The oldest state: what changed since has to be read once more. */
  readonly from: Position;
  /** The newest state. A history that has its last event has those of all others. */
  readonly seen: Position;
}

const firstId = "00000000-0000-0000-0000-000000000000";

/**
 * Tells everything, page by page, so that no transaction waits for a slow reader and no more than a page is in memory; null when
 * the database has another history than it had when this began. Pages are read a few at a time in this process. While one waits
 * for its turn, a comment every `beat` milliseconds says that it comes. `check` throws when the program may not be told any more.
 */
export async function* wholeCopy(
  { db, loads }: Pick<Deps, "db"> & { readonly loads: LoadQueue },
  { actor: { organizationId }, gone }: Follower,
  { beat, check }: { readonly beat: number; readonly check: () => Promise<void> },
): AsyncGenerator<string, Pieces | null, undefined> {
  const read = <T>(what: Parameters<typeof db.tenant<T>>[1]) =>
    saying(
      loads.run(async () => (gone.aborted ? null : db.tenant(organizationId, what, oneState))),
      beat,
    );
  const first = yield* read(async (tx) => {
    const [head, users] = await Promise.all([
      findHead(tx, organizationId, origin),
      countUsers(tx, organizationId),
    ]);
    const roles = await readRoles(tx, organizationId, null);
    return { head, users, roles, catalogue: await readCatalogue(tx, organizationId) };
  });
  if (first === null || first.head === null) return null;
  yield accessEvent("reset", { users: first.users }) + first.catalogue;
  yield accessEvent("roles", { roles: [...first.roles] });
  let seen = first.head;
  let after = firstId;
  for (let count = pageSize, told = 0; count === pageSize; ) {
    await check();
    const page = yield* read(async (tx) => {
      const [head, users] = await Promise.all([
        findHead(tx, organizationId, seen),
        readUsersAfter(tx, organizationId, { after, limit: pageSize }),
      ]);
      return { head, users };
    });
    if (page === null || page.head === null) return null;
    const { users } = page;
    seen = page.head;
    after = users.at(-1)?.id ?? after;
    count = users.length;
    told += count;
    yield accessEvent("users", { users: users.filter(({ grants }) => grants.length > 0), read: told });
  }
  return { from: first.head, seen };
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
