import type { UserSession } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { idleSince } from "../../http/session-limits.ts";
import { listOpenSessions } from "./session-queries.ts";
import { findSessionOwner } from "./user-sessions.ts";

/**
 * Where a user is signed in, the place used last first.
 * @throws Refusal forbidden/permission, not-found
 */
export async function listUserSessions(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  userId: string,
): Promise<{ readonly items: UserSession[] }> {
  const now = deps.clock.now();
  return deps.db.tenant(
    actor.organizationId,
    async (tx) => {
      const { accountId } = await findSessionOwner(tx, actor, userId, now);
      const sessions = await listOpenSessions(tx, { accountId, now, idleSince: idleSince(now) });
      return {
        items: sessions.map((session) => ({
          ...session,
          current: session.id === actor.sessionId,
          createdAt: session.createdAt.toISOString(),
          lastSeenAt: session.lastSeenAt.toISOString(),
        })),
      };
    },
    { readOnly: true },
  );
}
