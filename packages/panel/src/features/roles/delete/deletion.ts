/** Whether a role can be deleted, and which roles can replace it. Pure. */
import type { RoleView } from "@gatehouse/sdk/contract";
import { listMissingPermissions } from "../../users/grant-ceiling.ts";
import { expandPermissions, type Implied } from "../implied-permissions.ts";

/** The role to delete. */
export type DeletedRole = Pick<
  RoleView,
  "id" | "name" | "permissions" | "userCount" | "invitationCount" | "system"
>;

/** The user who deletes the role. */
export interface DeletionActor {
  readonly permissions: ReadonlySet<string>;
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
  { permissions, roleIds }: DeletionActor,
): DeletionBlocker | null {
  if (role.system) return { reason: "system" };
  if (roleIds.has(role.id)) return { reason: "own" };
  const missing = listMissingPermissions(role, permissions);
  return missing.length === 0 ? null : { reason: "ceiling", missing };
}

/** Whether users or invitations need a replacement. */
export function isInUse({ userCount, invitationCount }: DeletedRole): boolean {
  return userCount + invitationCount > 0;
}

/** A possible replacement. */
export interface Replacement {
  readonly role: RoleView;
  /** Its permissions that the user doesn't have; empty if it can be selected. */
  readonly missing: readonly string[];
}

/** All other roles except the system role; selectable ones first. */
export function listReplacements(
  role: DeletedRole,
  roles: readonly RoleView[],
  { permissions }: DeletionActor,
): readonly Replacement[] {
  const others = roles
    .filter((other) => other.id !== role.id && !other.system)
    .map((other) => ({ role: other, missing: listMissingPermissions(other, permissions) }));
  return others.toSorted((one, two) => Number(one.missing.length > 0) - Number(two.missing.length > 0));
}

/** How many permissions are gained and lost by replacing a role. */
export function countDifference(
  from: Pick<RoleView, "permissions">,
  to: Pick<RoleView, "permissions">,
  implied: Implied,
): { readonly gained: number; readonly lost: number } {
  const [before, after] = [
    expandPermissions(from.permissions, implied),
    expandPermissions(to.permissions, implied),
  ];
  return { gained: countMissingIn(after, before), lost: countMissingIn(before, after) };
}

function countMissingIn(set: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...set].filter((permission) => !other.has(permission)).length;
}
