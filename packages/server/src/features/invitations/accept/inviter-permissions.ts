/** What the inviter may grant at the moment of joining. */
import { can, compileRoles, permissionSet } from "@gatehouse/access";
import { findAuthority, requireUnchangedAuthority } from "../../../auth/authority.ts";
import { getCatalogue } from "../../../auth/catalogue-cache.ts";
import { findGrantError } from "../../../auth/grant-ceiling.ts";
import type { EffectivePermissions } from "../../../auth/memberships.ts";
import { noEnds } from "../../../auth/permission-ends.ts";
import type { Tx } from "../../../db/database.ts";
import { findRoles } from "../../roles/index.ts";
import { computeRoleEnd, listLiveRoles } from "../invitation-state.ts";
import type { StoredInvitation } from "../queries.ts";

/** The organization and the instant of the check. */
interface EvaluationContext {
  readonly organizationId: string;
  readonly now: Date;
}

/**
 * Whether the inviter could still send this invitation: they exist, are not suspended, may invite, and hold all
 * permissions of its roles for as long as the new user would. Accepting never grants more than the inviter could grant at this moment.
 */
export async function canInviterStillGrant(
  tx: Tx,
  context: EvaluationContext,
  invitation: StoredInvitation,
): Promise<boolean> {
  const inviter = await loadInviterPermissions(tx, context, invitation.invitedBy);
  if (inviter === null) return false;
  if (!can(inviter, "users:invite") && !can(inviter, "invitations:send")) return false;
  const offered = listLiveRoles(invitation.roles, context.now);
  const found = await findRoles(
    tx,
    context.organizationId,
    offered.map(({ id }) => id),
  );
  const roles = compileRoles(inviter.catalogue, found);
  return offered.every((one) => {
    const role = roles.get(one.id);
    if (role === undefined) return true; // the grant finds that it is gone
    const gift = { permissions: role.permissions, expiresAt: computeRoleEnd(one, context.now) };
    return findGrantError(inviter, { what: role.name, ...gift }) === null;
  });
}

/** The inviter's permissions, which must not change before the commit. Null when they were removed or suspended. */
async function loadInviterPermissions(
  tx: Tx,
  { organizationId, now }: EvaluationContext,
  { type, id }: StoredInvitation["invitedBy"],
): Promise<EffectivePermissions | null> {
  if (type === "system") {
    const catalogue = await getCatalogue(tx, organizationId);
    return { catalogue, permissions: permissionSet.all(catalogue), permissionEnds: noEnds };
  }
  if (id === null) return null;
  const found = await findAuthority(tx, organizationId, { type, id }, now);
  if (found === null) return null;
  requireUnchangedAuthority(tx, found.authority, now);
  return found;
}
