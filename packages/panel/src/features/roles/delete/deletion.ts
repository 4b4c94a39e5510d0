/** Whether a role can be deleted, and which roles can replace it. Pure. */
import { type Catalogue, type CeilingDecision, type PermissionSet, permissionSet } from "@gatehouse/access";
import type { RoleView } from "@gatehouse/sdk/contract";
import type { GrantCeiling } from "../../../lib/access/grant-ceiling.ts";

/** The role to delete. */
export type DeletedRole = Pick<
  RoleView,
  "id" | "name" | "permissions" | "userCount" | "invitationCount" | "system"
>;

/** The user who deletes the role. */
export interface DeletionActor {
  readonly ceiling: GrantCeiling;
  /** Roles of the user. */
  readonly roleIds: ReadonlySet<string>;
}

/** Why the role can't be deleted, or not by this user. */
export type DeletionBlocker =
  | { readonly reason: "system" }
  | { readonly reason: "own" }
  | { readonly reason: "ceiling"; readonly missing: readonly string[] };

/** The reason why the user can't delete the role, or null. */
export function getDeletionBlocker(
  role: DeletedRole,
  { ceiling, roleIds }: DeletionActor,
): DeletionBlocker | null {
  if (role.system) return { reason: "system" };
  if (roleIds.has(role.id)) return { reason: "own" };
  const decision = ceiling.checkRole(role);
  return decision.allowed ? null : { reason: "ceiling", missing: decision.missing };
}

/** Whether users or invitations need a replacement. */
export function isInUse({ userCount, invitationCount }: DeletedRole): boolean {
  return userCount + invitationCount > 0;
}

/** A possible replacement. */
export interface Replacement {
  readonly role: RoleView;
  /** Whether the user can grant it, and so select it. */
  readonly decision: CeilingDecision;
}

/** All other roles except the system role; selectable ones first. */
export function listReplacements(
  role: DeletedRole,
  roles: readonly RoleView[],
  { ceiling }: DeletionActor,
): readonly Replacement[] {
  const others = roles
    .filter((other) => other.id !== role.id && !other.system)
    .map((other) => ({ role: other, decision: ceiling.checkRole(other) }));
  return others.toSorted((one, two) => Number(two.decision.allowed) - Number(one.decision.allowed));
}

/** How many permissions are gained and lost by replacing a role, implied ones included. */
export function countDifference(
  catalogue: Catalogue,
  from: Pick<RoleView, "permissions">,
  to: Pick<RoleView, "permissions">,
): { readonly gained: number; readonly lost: number } {
  const before = permissionSet.fromStoredNames(catalogue, from.permissions);
  const after = permissionSet.fromStoredNames(catalogue, to.permissions);
  const count = (set: PermissionSet) => permissionSet.names(set).length;
  return {
    gained: count(permissionSet.difference(after, before)),
    lost: count(permissionSet.difference(before, after)),
  };
}
