import type { Deps } from "../../deps.ts";
import { Refusal } from "../../http/refusal.ts";
import { batch, type ChangeFeed, type Seat } from "./change-feed.ts";
import { eventStream, type Follower } from "./event-stream.ts";
import type { Places } from "./places.ts";
import { origin, type Position, parsePosition } from "./position.ts";
import { findPositions } from "./queries.ts";

/** What a page may have missed between the reading of its content and the beginning of the stream. Milliseconds. */
const lookBack = 5_000;

/** What a stream needs. */
export interface StreamDeps extends Pick<Deps, "db" | "clock"> {
  readonly feed: ChangeFeed;
  readonly places: Places;
}

/** A seat, and where its follower can begin. */
export interface TakenSeat {
  readonly seat: Seat;
  /** The newest position. */
  readonly head: Position;
  /** The position some seconds ago. */
  readonly before: Position;
  /** The position that was asked for, if what happened since can be told one by one: it is of this history, and not too old. */
  readonly after: Position | null;
}

/**
 * Begins to tell somebody what happens in their organization, after the event `after`; without one from some seconds ago
 * on, so that nothing is missed by a page that has just been loaded.
 * @throws Refusal busy when too many follow already
 */
export async function openStream(
  deps: StreamDeps,
  follower: Follower,
  after: string | null,
): Promise<AsyncIterable<string>> {
  const taken = await takeSeat(deps, follower, after);
  const isReset = after !== null && taken.after === null;
  const position = isReset ? taken.head : (taken.after ?? taken.before);
  return eventStream(deps.feed, taken.seat, follower, { position, isReset });
}

/**
 * A place in the feed for as long as the follower stays, and where they can begin who know the event `after`.
 * @throws Refusal busy when too many follow already
 */
export async function takeSeat(
  deps: StreamDeps,
  { actor, gone }: Follower,
  after: string | null,
): Promise<TakenSeat> {
  const { organizationId } = actor;
  const free = deps.places.take(actor.sessionId ?? actor.id ?? "");
  if (free === null) throw tooMany();
  whenGone(gone, free);
  const since = new Date(deps.clock.now().getTime() - lookBack);
  const wanted = after === null ? null : parsePosition(after);
  const query = { since, known: wanted ?? origin };
  const { head, before, isKnown } = await deps.db
    .tenant(organizationId, (tx) => findPositions(tx, organizationId, query), { readOnly: true })
    .catch((error: unknown) => {
      free();
      throw error;
    });
  const seat = deps.feed.join(organizationId, head);
  whenGone(gone, seat.leave);
  const isRecent = wanted !== null && isKnown && head.sequence - wanted.sequence <= batch;
  return { seat, head, before, after: isRecent ? wanted : null };
}

function whenGone(gone: AbortSignal, tidy: () => void): void {
  if (gone.aborted) tidy();
  else gone.addEventListener("abort", tidy);
}

function tooMany(): Refusal {
  return new Refusal("busy", {
    detail: "Too many pages or programs are following what happens here. Close some of them.",
    retryAfter: 30,
  });
}
