/** The permissions to start, cancel and run a job. */
import { can } from "@gatehouse/access";
import type { UserJobAction } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { type Authority, findAuthority } from "../../auth/authority.ts";
import { requirePermission } from "../../auth/require-permission.ts";
import type { Tx } from "../../db/database.ts";
import type { StoredBulkJob } from "./queries.ts";

/** The permission that a job needs: the same as for a single edit. Both include viewing users. */
function requiredPermission(action: UserJobAction): "roles:assign" | "users:suspend" {
  return action === "add-role" || action === "remove-role" ? "roles:assign" : "users:suspend";
}

/**
 * Requires the permission for an action.
 * @throws ApiError forbidden/permission
 */
export function requireJobPermission(actor: Actor, action: UserJobAction): void {
  requirePermission(actor, requiredPermission(action));
}

/** The creator of a job with their current permissions. */
export interface JobCreator {
  readonly actor: Actor;
  readonly authority: Authority;
}

/** The creator of a job with the permissions at `now`. Null when they no longer have the permission for the action. */
export async function findJobCreator(tx: Tx, job: StoredBulkJob, now: Date): Promise<JobCreator | null> {
  const { organizationId, createdBy, origin } = job;
  const found = await findAuthority(tx, organizationId, createdBy, now);
  if (found === null || !can(found, requiredPermission(job.action))) return null;
  const { authority, catalogue, permissions, permissionEnds } = found;
  const noAccount = { accountId: null, sessionId: null, language: "en" } as const;
  const ownUserId = authority.userId;
  return {
    actor: {
      ...createdBy,
      ...noAccount,
      organizationId,
      ownUserId,
      catalogue,
      permissions,
      permissionEnds,
      origin,
    },
    authority,
  };
}
