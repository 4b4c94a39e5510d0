/** The user whom an action is about. */
import { mayActOn } from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import { notFound } from "../../http/refusal.ts";
import type { StoredUser } from "./queries.ts";
import { findSubject, type UserSubject } from "./subject.ts";

/** Somebody with what they may do. */
export interface Target {
  readonly user: StoredUser;
  readonly subject: UserSubject;
}

/**
 * The user, if the actor may act on them: what the user may do lies within what the actor may do.
 * @throws Refusal not-found, forbidden/grant-ceiling
 */
export async function findTarget(tx: Tx, actor: Actor, userId: string, now: Date): Promise<Target> {
  const { organizationId, catalogue } = actor;
  const target = await findSubject(tx, { organizationId, catalogue, userId, now });
  if (target === null) throw notFound();
  const ceiling = mayActOn(actor.permissions, target.subject.permissions);
  if (!ceiling.allowed) throw overCeiling(target.user.name, ceiling.missing);
  return target;
}

/** Whether the user is the actor, or the one for whom the actor's key works. */
export function isSelf(actor: Actor, userId: string): boolean {
  return actor.ownUserId === userId;
}
