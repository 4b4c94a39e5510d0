/** Whether somebody may start, stop and go on with a job. */
import { can } from "@gatehouse/access";
import type { UserJobAction } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { type Authority, findAuthority } from "../../http/authority.ts";
import { requirePermission } from "../../http/require.ts";
import type { StoredUserJob } from "./queries.ts";

/** The permission that a job needs: that of the single edit. Both include seeing whom it is about. */
function neededFor(action: UserJobAction): "roles:assign" | "users:suspend" {
  return action === "add-role" || action === "remove-role" ? "roles:assign" : "users:suspend";
}

/**
 * Refuses an actor who may not do this to anybody.
 * @throws Refusal forbidden/permission
 */
export function requireRights(actor: Actor, action: UserJobAction): void {
  requirePermission(actor, neededFor(action));
}

/** Whoever started a job, with what they may do, and what that rests on. */
export interface Starter {
  readonly actor: Actor;
  readonly authority: Authority;
}

/** Whoever started a job, with what they may do at `now`; null when they may no longer do this to anybody. */
export async function findStarter(tx: Tx, job: StoredUserJob, now: Date): Promise<Starter | null> {
  const { organizationId, createdBy, origin } = job;
  const found = await findAuthority(tx, organizationId, createdBy, now);
  if (found === null || !can(found, neededFor(job.action))) return null;
  const { authority, catalogue, permissions } = found;
  const outside = { accountId: null, sessionId: null, language: "en" } as const;
  const ownUserId = authority.userId;
  return {
    actor: { ...createdBy, organizationId, ownUserId, ...outside, catalogue, permissions, origin },
    authority,
  };
}
