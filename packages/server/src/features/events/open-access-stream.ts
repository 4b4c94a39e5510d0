import { requireKey, requirePermission } from "../../http/require.ts";
import { accessStream } from "./access-stream.ts";
import type { Follower } from "./event-stream.ts";
import { type StreamDeps, startAt, takeSeat } from "./open-stream.ts";

/** Milliseconds between two words that nothing is missing, unless the query says otherwise. */
const usualBeat = 1_000;

/**
 * Begins to tell a program who may do what, whole or after the position `after`.
 * @throws Refusal forbidden/permission, api-keys/only, busy
 */
export async function openAccessStream(
  deps: StreamDeps,
  follower: Follower,
  { after, beat }: { readonly after: number | null; readonly beat: number | null },
): Promise<AsyncIterable<string>> {
  const openedAt = performance.now();
  requirePermission(follower.actor, "roles:view");
  requireKey(follower.actor);
  const { seat, head } = await takeSeat(deps, follower);
  const start = after === null ? { position: head, isReset: true } : startAt(after, head);
  return accessStream(deps, seat, follower, { ...start, openedAt, beat: beat ?? usualBeat });
}
