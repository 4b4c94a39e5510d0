import type { UserSession } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { viewOpenSessions } from "../sessions/index.ts";
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
      return { items: await viewOpenSessions(tx, { accountId, currentId: actor.sessionId, now }) };
    },
    { readOnly: true },
  );
}
