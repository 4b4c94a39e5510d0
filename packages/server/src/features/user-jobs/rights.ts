/** Whether somebody may start, stop and go on with a job. */
import { can } from "@gatehouse/access";
import type { UserJobAction } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { findApiKey, findMembership, rightsOf, rightsOfKey } from "../../http/memberships.ts";
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

/** Whoever started a job, with what they may do at `now`; null when they may no longer do this to anybody. */
export async function findStarter(tx: Tx, job: StoredUserJob, now: Date): Promise<Actor | null> {
  const { organizationId, createdBy, origin } = job;
  const rights = await findRights(tx, job, now);
  if (rights === null || !can(rights, neededFor(job.action))) return null;
  const outside = { accountId: null, sessionId: null, language: "en" } as const;
  return { ...createdBy, organizationId, ...outside, ...rights, origin };
}

type Rights = Pick<Actor, "ownUserId" | "catalogue" | "permissions">;

async function findRights(tx: Tx, job: StoredUserJob, now: Date): Promise<Rights | null> {
  const { organizationId, createdBy } = job;
  if (createdBy.type === "user") {
    const row = await findMembership(tx, organizationId, { userId: createdBy.id, now });
    if (row?.status !== "active") return null;
    return { ownUserId: createdBy.id, ...(await rightsOf(tx, organizationId, row)) };
  }
  const row = await findApiKey(tx, organizationId, { apiKeyId: createdBy.id, now });
  if (row === null) return null;
  return { ownUserId: row.createdBy, ...(await rightsOfKey(tx, organizationId, row)) };
}
