/** What one follower is told, as the text of a server-sent event stream. */
import { setTimeout as wait } from "node:timers/promises";
import { can, permissionSet } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { DatabaseUnavailable } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { Refusal } from "../../http/refusal.ts";
import { batch, type ChangeFeed, type Seat } from "./change-feed.ts";
import { formatPosition, type Position } from "./position.ts";
import type { StoredChange } from "./queries.ts";

/** Somebody who follows an organization. */
export interface Follower {
  readonly actor: Actor;
  /** The same as of now; throws when they may no longer ask. */
  readonly again: () => Promise<Actor>;
  /** Aborts when they have gone. */
  readonly gone: AbortSignal;
}

/** Where a follower begins. */
export interface Start {
  /** After the last event that they know. */
  readonly position: Position;
  /** More was missed than is told one by one: everything has to be read again. */
  readonly isReset: boolean;
}

/** Milliseconds. */
export interface Pace {
  /** At least this often it is asked anew what the follower may see. */
  readonly check: number;
  /** The position is told after this long without a word, so that neither a proxy nor the follower takes the stream for dead. */
  readonly heartbeat: number;
  /** Rest between two batches: what happens in masses is told in handfuls. */
  readonly rest: number;
}

const usualPace: Pace = { check: 4_000, heartbeat: 15_000, rest: 100 };

/**
 * The stream of one follower, until they go, may no longer ask, or the feed or the database ends, or has another history by
 * now: the next stream begins with `reset` then. What they may see is asked after the events were read and before they are told.
 */
export async function* eventStream(
  feed: ChangeFeed,
  seat: Seat,
  follower: Follower,
  start: Start,
  pace: Pace = usualPace,
): AsyncGenerator<string, void, undefined> {
  let { position } = start;
  let { actor } = follower;
  let written = performance.now();
  yield `retry: 3000\n${event(start.isReset ? "reset" : "ready", position)}`;
  while (!follower.gone.aborted && !feed.isClosed()) {
    const told = await tell(seat, follower, { position, actor });
    if (told === null) return;
    ({ position, actor } = told);
    const isSilent = told.text === "" && performance.now() - written >= pace.heartbeat;
    const text = isSilent ? event("position", position) : told.text;
    if (text !== "") {
      yield text;
      written = performance.now();
    }
    if (told.count === batch) continue;
    if (told.count > 0) await wait(pace.rest, undefined, { signal: follower.gone }).catch(() => undefined);
    const due = Math.max(0, written + pace.heartbeat - performance.now());
    const patience = AbortSignal.timeout(Math.min(pace.check, Math.ceil(due)));
    await seat.next(position, AbortSignal.any([follower.gone, patience]));
  }
}

/** Where a follower stood before. */
interface Standing {
  readonly position: Position;
  readonly actor: Actor;
}

/** What there is to tell by now; null when nothing may be told any more, or can't. */
async function tell(
  seat: Seat,
  { again }: Follower,
  before: Standing,
): Promise<(Standing & { readonly text: string; readonly count: number }) | null> {
  try {
    const changes = await seat.after(before.position);
    if (changes === null) return null;
    const actor = await again();
    const position = changes.at(-1) ?? before.position;
    const visible = changes.filter((change) => maySee(actor, change));
    const isOwn = changes.some(({ target }) => target.id !== null && target.id === actor.ownUserId);
    const parts = [
      ...visible.map((change) => event("change", change, withoutHash(change))),
      ...(isOwn || !haveSameRights(before.actor, actor) ? [event("rights", position)] : []),
      ...(position !== (visible.at(-1) ?? before.position) ? [event("position", position)] : []),
    ];
    return { position, actor, text: parts.join(""), count: changes.length };
  } catch (error) {
    if (error instanceof Refusal || error instanceof DatabaseUnavailable) return null;
    throw error;
  }
}

function event(name: string, position: Position, data: unknown = {}): string {
  return `event: ${name}\nid: ${formatPosition(position)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The hash is in the id. */
function withoutHash({ hash, ...change }: StoredChange): ChangeEvent {
  return change;
}

/** What one has to hold to be told about a thing; the log's readers are told about everything. */
const permissionOf: Readonly<Record<string, OwnPermission>> = {
  users: "users:view",
  roles: "roles:view",
  invitations: "invitations:view",
  "api-keys": "api-keys:view",
};

function maySee(actor: Actor, { action }: ChangeEvent): boolean {
  const things = action.slice(0, action.indexOf("."));
  // Every member may read the catalogue, so every member is told that it is another one.
  if (things === "permissions") return true;
  const permission = permissionOf[things];
  return can(actor, "audit:view") || (permission !== undefined && can(actor, permission));
}

function haveSameRights(one: Actor, other: Actor): boolean {
  const [before, after] = [one, other].map(({ permissions }) => permissionSet.names(permissions).join());
  return before === after;
}
