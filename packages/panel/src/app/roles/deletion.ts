/** What stands in the way of deleting a role, and who may take its place. Pure. */
import type { RoleView } from "@gatehouse/sdk/contract";
import { missingFor } from "../users/role-ceiling.ts";
import { givenBy, type Implied } from "./implied.ts";

/** As much of a role as its deletion needs. */
export type DeletedRole = Pick<
  RoleView,
  "id" | "name" | "permissions" | "userCount" | "invitationCount" | "system"
>;

/** Whoever deletes. */
export interface Deleter {
  readonly permissions: ReadonlySet<string>;
  /** Roles that they hold themselves. */
  readonly roleIds: ReadonlySet<string>;
}

/** Why nobody, or not this person, deletes the role. */
export type DeletionBarrier =
  | { readonly reason: "system" }
  | { readonly reason: "own" }
  | { readonly reason: "ceiling"; readonly missing: readonly string[] };

/** What keeps somebody from deleting a role; null if nothing does. */
export function barrierTo(role: DeletedRole, { permissions, roleIds }: Deleter): DeletionBarrier | null {
  if (role.system) return { reason: "system" };
  if (roleIds.has(role.id)) return { reason: "own" };
  const missing = missingFor(role, permissions);
  return missing.length === 0 ? null : { reason: "ceiling", missing };
}

/** Whether people or invitations must get another role first. */
export function isInUse({ userCount, invitationCount }: DeletedRole): boolean {
  return userCount + invitationCount > 0;
}

/** A role that could take the place, and what keeps it from doing so. */
export interface Replacement {
  readonly role: RoleView;
  /** What it gives that the person who deletes doesn't hold; empty where it may be chosen. */
  readonly missing: readonly string[];
}

/** Every other role but the built-in one, which is given person by person; those that may be chosen first. */
export function replacementsFor(
  role: DeletedRole,
  roles: readonly RoleView[],
  { permissions }: Deleter,
): readonly Replacement[] {
  const others = roles
    .filter((other) => other.id !== role.id && !other.system)
    .map((other) => ({ role: other, missing: missingFor(other, permissions) }));
  return others.toSorted((one, two) => Number(one.missing.length > 0) - Number(two.missing.length > 0));
}

/** How many permissions a replacement gives more and fewer than the role that goes. */
export function exchange(
  from: Pick<RoleView, "permissions">,
  to: Pick<RoleView, "permissions">,
  implied: Implied,
): { readonly gained: number; readonly lost: number } {
  const [before, after] = [givenBy(from.permissions, implied), givenBy(to.permissions, implied)];
  return { gained: countBeyond(after, before), lost: countBeyond(before, after) };
}

function countBeyond(set: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...set].filter((permission) => !other.has(permission)).length;
}
