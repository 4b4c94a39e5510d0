import type { UserSession } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { viewOpenSessions } from "../sessions/index.ts";
import { findSessionOwner } from "./user-sessions.ts";

/**
 * Where a user is signed in, the place used last first: all of it for themselves, for others what is this organization's
 * business.
 * @throws Refusal forbidden/permission, forbidden/grant-ceiling, not-found
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
      const { user, isOwn } = await findSessionOwner(tx, actor, userId, now);
      const where = isOwn ? {} : { organizationId: actor.organizationId };
      const query = { accountId: user.accountId, currentId: actor.sessionId, now, ...where };
      return { items: await viewOpenSessions(tx, query) };
    },
    { readOnly: true },
  );
}
