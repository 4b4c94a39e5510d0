/** Whose sessions an actor may see and end. */
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { requirePermission } from "../../http/require.ts";
import { findUser, type StoredUser } from "./queries.ts";
import { findTarget } from "./target.ts";

/** Whether the actor is this very person, signed in: no permission is needed for one's own sessions. */
function isOwn(actor: Actor, userId: string): boolean {
  return actor.type === "user" && actor.id === userId;
}

/**
 * The user whose sessions the actor wants to see or end: their own, or with users:suspend those of somebody who may do no
 * more than the actor.
 * @throws Refusal forbidden/permission, forbidden/grant-ceiling, not-found
 */
export async function findSessionOwner(
  tx: Tx,
  actor: Actor,
  userId: string,
  now: Date,
): Promise<{ readonly user: StoredUser; readonly isOwn: boolean }> {
  if (!isOwn(actor, userId)) {
    requirePermission(actor, "users:suspend");
    return { user: (await findTarget(tx, actor, userId, now)).user, isOwn: false };
  }
  const user = await findUser(tx, { organizationId: actor.organizationId, userId, now });
  if (user === null) throw notFound();
  return { user, isOwn: true };
}
