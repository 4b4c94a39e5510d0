import { can, compileRoles, mayGive, permissionSet } from "@gatehouse/access";
import { findAuthority, requireUnchangedAuthority } from "../../../auth/authority.ts";
import { getCatalogue } from "../../../auth/catalogue-cache.ts";
import type { EffectivePermissions } from "../../../auth/memberships.ts";
import type { Tx } from "../../../db/database.ts";
import { findRoles } from "../../roles/index.ts";
import type { StoredInvitation } from "../queries.ts";

/** The organization and the instant of the check. */
interface EvaluationContext {
  readonly organizationId: string;
  readonly now: Date;
}

/**
 * Whether the inviter could still send this invitation: they exist, are not suspended, may invite, and hold all
 * permissions of its roles. Accepting never grants more than the inviter could grant at this moment.
 */
export async function canInviterStillGrant(
  tx: Tx,
  context: EvaluationContext,
  invitation: StoredInvitation,
): Promise<boolean> {
  const inviter = await loadInviterPermissions(tx, context, invitation.invitedBy);
  if (inviter === null) return false;
  if (!can(inviter, "users:invite") && !can(inviter, "invitations:send")) return false;
  const roleIds = invitation.roles.map((role) => role.id);
  const roles = compileRoles(inviter.catalogue, await findRoles(tx, context.organizationId, roleIds));
  return [...roles.values()].every((role) => mayGive(inviter.permissions, role.permissions).allowed);
}

/** The inviter's permissions, which must not change before the commit. Null when they were removed or suspended. */
async function loadInviterPermissions(
  tx: Tx,
  { organizationId, now }: EvaluationContext,
  { type, id }: StoredInvitation["invitedBy"],
): Promise<EffectivePermissions | null> {
  if (type === "system") {
    const catalogue = await getCatalogue(tx, organizationId);
    return { catalogue, permissions: permissionSet.all(catalogue) };
  }
  if (id === null) return null;
  const found = await findAuthority(tx, organizationId, { type, id }, now);
  if (found === null) return null;
  requireUnchangedAuthority(tx, found.authority, now);
  return found;
}
