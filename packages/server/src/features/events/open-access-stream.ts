import { accessStream, mayFollow } from "./access-stream.ts";
import type { Follower } from "./event-stream.ts";
import type { LoadQueue } from "./load-queue.ts";
import { type StreamDeps, takeSeat } from "./open-stream.ts";

/** Milliseconds between two words that nothing is missing, unless the query says otherwise. */
const usualBeat = 1_000;

/**
 * Begins to tell a program who may do what, whole or after the position `after`.
 * @throws Refusal forbidden/permission, api-keys/only, busy
 */
export async function openAccessStream(
  deps: StreamDeps & { readonly loads: LoadQueue },
  follower: Follower,
  { after, beat }: { readonly after: string | null; readonly beat: number | null },
): Promise<AsyncIterable<string>> {
  const openedAt = performance.now();
  mayFollow(follower.actor);
  const { seat, after: position } = await takeSeat(deps, follower, after);
  return accessStream(deps, seat, follower, { position, openedAt, beat: beat ?? usualBeat });
}
