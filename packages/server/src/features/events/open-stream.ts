import type { Deps } from "../../deps.ts";
import { Refusal } from "../../http/refusal.ts";
import { batch, type ChangeFeed, type Seat } from "./change-feed.ts";
import { eventStream, type Follower, type Start } from "./event-stream.ts";
import type { Places } from "./places.ts";
import { findPosition } from "./queries.ts";

/** What a page may have missed between the reading of its content and the beginning of the stream. Milliseconds. */
const lookBack = 5_000;

/** What a stream needs. */
export interface StreamDeps extends Pick<Deps, "db" | "clock"> {
  readonly feed: ChangeFeed;
  readonly places: Places;
}

/**
 * Begins to tell somebody what happens in their organization, after the event `after`; without one from some seconds ago
 * on, so that nothing is missed by a page that has just been loaded.
 * @throws Refusal busy when too many follow already
 */
export async function openStream(
  deps: StreamDeps,
  follower: Follower,
  after: number | null,
): Promise<AsyncIterable<string>> {
  const { seat, head, before } = await takeSeat(deps, follower);
  return eventStream(deps.feed, seat, follower, startAt(after ?? before, head));
}

/**
 * A place in the feed for as long as the follower stays, with the newest position and that of some seconds ago.
 * @throws Refusal busy when too many follow already
 */
export async function takeSeat(
  deps: StreamDeps,
  { actor, gone }: Follower,
): Promise<{ readonly seat: Seat; readonly head: number; readonly before: number }> {
  const { organizationId } = actor;
  const free = deps.places.take(actor.sessionId ?? actor.id ?? "");
  if (free === null) throw tooMany();
  whenGone(gone, free);
  const since = new Date(deps.clock.now().getTime() - lookBack);
  const position = await deps.db
    .tenant(organizationId, (tx) => findPosition(tx, organizationId, since), { readOnly: true })
    .catch((error: unknown) => {
      free();
      throw error;
    });
  const seat = deps.feed.join(organizationId, position.head);
  whenGone(gone, seat.leave);
  return { seat, ...position };
}

function whenGone(gone: AbortSignal, tidy: () => void): void {
  if (gone.aborted) tidy();
  else gone.addEventListener("abort", tidy);
}

/** Where to begin for somebody who knows the event `after`. */
export function startAt(after: number, head: number): Start {
  const isReset = after > head || head - after > batch;
  return { position: isReset ? head : after, isReset };
}

function tooMany(): Refusal {
  return new Refusal("busy", {
    detail: "Too many pages or programs are following what happens here. Close some of them.",
    retryAfter: 30,
  });
}
