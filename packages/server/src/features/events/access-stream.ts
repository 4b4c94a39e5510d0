/** What a program is told that keeps a copy of who may do what, as the text of a server-sent event stream. */
import type { AccessEvents, ChangeEvent } from "@gatehouse/sdk/contract";
import { DatabaseUnavailable } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import { requireKey, requirePermission } from "../../http/require.ts";
import { batch, type ChangeFeed, type Seat } from "./change-feed.ts";
import type { Follower } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { formatPosition, type Position } from "./position.ts";
import { readChanged } from "./read-changed.ts";
import { retry, wholeCopy } from "./whole-copy.ts";

/** Milliseconds: at least this often it is asked anew whether the key still counts. */
const checkEvery = 4_000;

/** How a stream of this kind begins and goes. */
export interface AccessStart {
  /** After the last event that the copy knows; null for one that has to be read as a whole. */
  readonly position: Position | null;
  /** When the request came in, by `performance.now()`. */
  readonly openedAt: number;
  /** Milliseconds between two words that nothing is missing. */
  readonly beat: number;
}

/** What the stream needs. */
export type AccessDeps = Pick<Deps, "db" | "clock"> & {
  readonly feed: Pick<ChangeFeed, "isClosed">;
  readonly loads: LoadQueue;
};

/**
 * The stream of one copy: whole if it has to begin anew, then what changes, until they go, may no longer ask, the server
 * stops, or the database ends. What is told up to a `current` is one state of the database, as of the moment that it names or later:
 * a copy that is handed over there allows nothing that wasn't allowed at one moment. When the database has another history
 * by now, the copy begins anew: its state never was.
 */
export async function* accessStream(
  deps: AccessDeps,
  seat: Seat,
  follower: Follower,
  start: AccessStart,
): AsyncGenerator<string, void, undefined> {
  const { organizationId } = follower.actor;
  let { position } = start;
  let checkedAt = start.openedAt;
  const check = async (age: number): Promise<void> => {
    if (performance.now() - checkedAt < age) return;
    mayFollow(await follower.again());
    checkedAt = performance.now();
  };
  if (position !== null) yield retry;
  try {
    while (!follower.gone.aborted && !deps.feed.isClosed()) {
      if (position === null) {
        const told = yield* wholeCopy(deps, follower, {
          beat: start.beat,
          check: () => check(checkEvery),
        });
        if (told === null) continue;
        position = told.position;
        yield current(position, momentOf(deps, start, told.seenUntil));
        continue;
      }
      await seat.refresh(start.beat / 2);
      let seenUntil = seat.seenUntil();
      const changes = await seat.after(position);
      await check(changes === null || changes.length > 0 ? 0 : checkEvery);
      if (changes === null) {
        position = null;
        continue;
      }
      if (changes.length === batch || changes.some(isAboutAccess)) {
        seenUntil = performance.now();
        const changed = await readChanged(deps.db, organizationId, { from: position, seen: position });
        position = changed?.head ?? null;
        if (changed === null || position === null) continue;
        yield* changed.parts;
      } else position = changes.at(-1) ?? position;
      yield current(position, momentOf(deps, start, seenUntil));
      await seat.next(position, AbortSignal.any([follower.gone, AbortSignal.timeout(start.beat)]));
    }
  } catch (error) {
    if (error instanceof Refusal || error instanceof DatabaseUnavailable) return;
    throw error;
  }
}

/** @throws Refusal when a program may not know any more what everybody may do */
export function mayFollow(actor: Actor): void {
  requirePermission(actor, "users:view");
  requirePermission(actor, "roles:view");
  requireKey(actor);
}

/** Whether an event may have changed what somebody may do: others, such as a sign-in, come by the hundred. */
function isAboutAccess({ action }: ChangeEvent): boolean {
  return /^(users|roles|permissions)\./.test(action);
}

/** A moment by `performance.now()`, as a copy is told it. */
function momentOf(
  { clock }: AccessDeps,
  { openedAt }: AccessStart,
  seenUntil: number,
): AccessEvents["current"] {
  return { elapsed: Math.floor(seenUntil - openedAt), at: clock.now().toISOString() };
}

function current(position: Position, data: AccessEvents["current"]): string {
  return `event: current\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(data)}\n\n`;
}
