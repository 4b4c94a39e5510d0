import {
  type CompiledRole,
  compileRoles,
  difference,
  type PermissionSet,
  permissionSet,
  permissionsOfRoles,
} from "@gatehouse/access";
import type { RoleChange } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeRead } from "../../http/authorize-write.ts";
import { type Companions, groupHolders, groupInvitations } from "./holder-queries.ts";
import { planEdit, type RoleEdit } from "./plan-edit.ts";
import { findRoles } from "./queries.ts";

/**
 * What an edit of a role would change, and for how many: only those count whose permissions become others, not those
 * who hold the same through another role. Changes nothing, and refuses what the edit itself would be refused.
 */
export async function previewRoleEdit(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  input: { readonly roleId: string; readonly edit: RoleEdit },
): Promise<RoleChange> {
  const at = { organizationId: actor.organizationId, roleId: input.roleId, now: deps.clock.now() };
  return authorizeRead(deps, actor, async (tx, actor) => {
    const { gives } = await planEdit(tx, actor, input.roleId, input.edit);
    const holders = await groupHolders(tx, at);
    const invitations = await groupInvitations(tx, at);
    const others = [...holders, ...invitations].flatMap((group) => group.otherRoleIds);
    const roles = compileRoles(
      actor.catalogue,
      await findRoles(tx, actor.organizationId, [...new Set(others)]),
    );
    const { gained, lost } = difference(gives.before, gives.after);
    return {
      gained: [...gained],
      lost: [...lost],
      users: countAffected(holders, gives, roles),
      invitations: countAffected(invitations, gives, roles),
    };
  });
}

function countAffected(
  groups: readonly Companions[],
  gives: { readonly before: PermissionSet; readonly after: PermissionSet },
  roles: ReadonlyMap<string, CompiledRole>,
): number {
  return groups
    .filter(({ otherRoleIds }) => {
      const companions = otherRoleIds.flatMap((id) => roles.get(id) ?? []);
      const rest = permissionsOfRoles(gives.before.catalogue, companions);
      const before = permissionSet.union(rest, gives.before);
      const after = permissionSet.union(rest, gives.after);
      return !(permissionSet.isSubset(before, after) && permissionSet.isSubset(after, before));
    })
    .reduce((sum, { count }) => sum + count, 0);
}
