import {
  type Catalogue,
  can,
  compileRoles,
  mayGive,
  type PermissionSet,
  permissionSet,
} from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import { findApiKeyPermissions } from "../api-keys/index.ts";
import { findRoles } from "../roles/index.ts";
import { findSubject } from "../users/index.ts";
import type { StoredInvitation } from "./queries.ts";

/** An organization's catalogue, and the instant at which rights are asked. */
export interface RightsAt {
  readonly organizationId: string;
  readonly catalogue: Catalogue;
  readonly now: Date;
}

/**
 * Whether whoever invited may still give what the invitation offers: they are there, not suspended, may invite, and
 * hold every permission of its roles. An invitation never gives more than its inviter could give at this moment.
 */
export async function mayStillGive(tx: Tx, at: RightsAt, invitation: StoredInvitation): Promise<boolean> {
  const permissions = await permissionsOf(tx, at, invitation.invitedBy);
  if (permissions === null) return false;
  const held = { permissions };
  if (!can(held, "users:invite") && !can(held, "invitations:send")) return false;
  const roleIds = invitation.roles.map((role) => role.id);
  const roles = compileRoles(at.catalogue, await findRoles(tx, at.organizationId, roleIds));
  return [...roles.values()].every((role) => mayGive(permissions, role.permissions).allowed);
}

/** What an inviter may do now; null when they are gone or suspended. */
async function permissionsOf(
  tx: Tx,
  at: RightsAt,
  inviter: StoredInvitation["invitedBy"],
): Promise<PermissionSet | null> {
  if (inviter.type === "system") return permissionSet.all(at.catalogue);
  if (inviter.id === null) return null;
  if (inviter.type === "api-key") return findApiKeyPermissions(tx, { ...at, apiKeyId: inviter.id });
  const found = await findSubject(tx, { ...at, userId: inviter.id });
  return found?.user.status === "active" ? found.subject.permissions : null;
}
