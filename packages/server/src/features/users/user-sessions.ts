/** Lists and ends the sessions of a user. */

import type { UserSession } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { markOwnAccessRevoked } from "../../auth/authority.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { requirePermission } from "../../auth/require-permission.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { lockAccount } from "../accounts/index.ts";
import { endMemberSessions, endSessions, listSessionViews } from "../sessions/index.ts";
import { findUser, type StoredUser } from "./queries.ts";
import { findTarget } from "./target.ts";

/** Whether the actor is this user with a session. Own sessions need no permission; an API key has none. */
function isSignedInAs(actor: Actor, userId: string): boolean {
  return actor.type === "user" && actor.id === userId;
}

/**
 * The user whose sessions the actor may read and end: the actor, or with users:suspend a user within the grant ceiling.
 * @throws ApiError forbidden/permission, forbidden/grant-ceiling, not-found
 */
async function findSessionOwner(
  tx: Tx,
  actor: Actor,
  userId: string,
  now: Date,
): Promise<{ readonly user: StoredUser; readonly isOwn: boolean }> {
  if (!isSignedInAs(actor, userId)) {
    requirePermission(actor, "users:suspend");
    return { user: (await findTarget(tx, actor, userId, now)).user, isOwn: false };
  }
  const user = await findUser(tx, { organizationId: actor.organizationId, userId, now });
  if (user === null) throw notFound();
  return { user, isOwn: true };
}

/**
 * The open sessions of a user, the last used first. Users see all of their own sessions; others only those that belong to
 * this organization.
 * @throws ApiError forbidden/permission, forbidden/grant-ceiling, not-found
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
      const scope = isOwn ? {} : { organizationId: actor.organizationId };
      const query = { accountId: user.accountId, currentId: actor.sessionId, now, ...scope };
      return { items: await listSessionViews(tx, query) };
    },
    { readOnly: true },
  );
}

/**
 * Ends one session of a user, or all of them if `sessionId` is null: the actor's own, or those that belong to this
 * organization. A session belongs to the account, so it ends in the account's other organizations too. Returns whether
 * the actor's current session was ended.
 * @throws ApiError forbidden/permission, forbidden/grant-ceiling, not-found
 */
export async function endUserSessions(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly sessionId: string | null },
): Promise<{ readonly isCurrentSessionEnded: boolean }> {
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const { user, isOwn: isSelf } = await findSessionOwner(tx, actor, input.userId, deps.clock.now());
    const { accountId } = user;
    if (input.sessionId === null) await lockAccount(tx, accountId);
    const ended = isSelf
      ? await endSessions(tx, accountId, input.sessionId)
      : await endMemberSessions(tx, { organizationId: actor.organizationId, accountId }, input.sessionId);
    if (input.sessionId !== null && ended === 0) throw notFound();
    if (ended > 0) {
      const target = { type: "user", id: user.id, name: user.name };
      const changes = [{ field: "sessions", before: ended, after: 0 }] as const;
      await record(deps, tx, actor, [{ action: "sessions.ended", target, changes }]);
    }
    const isOwn = user.accountId === actor.accountId;
    const isCurrentSessionEnded = isOwn && (input.sessionId === null || input.sessionId === actor.sessionId);
    if (isCurrentSessionEnded) markOwnAccessRevoked(tx);
    return { isCurrentSessionEnded };
  });
}
