/**
 * The grant ceiling: an actor can grant, revoke or edit only what they have, and can't change their own roles. The panel, the
 * API, API keys and imports all use these functions, so there is one rule.
 */
import { difference, isEmpty, names, type PermissionSet, union } from "../permissions/permission-set.ts";

/**
 * Allowed, or denied with the permissions that the actor lacks, in catalogue order. `missing` is empty when an actor with
 * every current permission who is not an owner would grant the owner role: only future permissions are missing.
 */
export type CeilingDecision<P extends string = string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly missing: readonly P[] };

/** Why roles can't be changed. */
export type RoleChangeRefusal<P extends string = string> =
  | { readonly reason: "own-roles" }
  | {
      readonly reason: "grant-ceiling";
      /** What exceeds the actor's permissions: a role to add, a role to remove, or the target user. */
      readonly of: "added" | "removed" | "target";
      /** The role; absent for the target user. */
      readonly roleId?: string;
      readonly missing: readonly P[];
    };

/** Allowed, or denied with every reason. */
export type RoleChangeDecision<P extends string = string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly RoleChangeRefusal<P>[] };

/** A user with their current permissions. The system as an actor has no user id. */
export interface Party<P extends string = string> {
  readonly userId: string | null;
  readonly permissions: PermissionSet<P>;
}

/** A role that is granted or revoked, such as a `CompiledRole`. */
export interface ChangedRole<P extends string = string> {
  readonly id: string;
  readonly permissions: PermissionSet<P>;
}

/**
 * Whether the actor may grant these permissions: a role, an invitation's roles or an API key's permissions. The owner role
 * includes future permissions, so only an owner can grant it.
 */
export function mayGive<P extends string>(
  actorPermissions: PermissionSet<P>,
  given: PermissionSet<P>,
): CeilingDecision<P> {
  const exceeding = difference(given, actorPermissions);
  return isEmpty(exceeding) ? { allowed: true } : { allowed: false, missing: names(exceeding) };
}

/** Whether the actor may change a role's permissions from `before` to `after`. The actor must be able to grant both. */
export function mayEditRole<P extends string>(
  actorPermissions: PermissionSet<P>,
  role: { readonly before: PermissionSet<P>; readonly after: PermissionSet<P> },
): CeilingDecision<P> {
  return mayGive(actorPermissions, union(role.before, role.after));
}

/** Whether the actor may edit, suspend, restore, remove or sign out a user with these permissions. */
export function mayActOn<P extends string>(
  actorPermissions: PermissionSet<P>,
  targetPermissions: PermissionSet<P>,
): CeilingDecision<P> {
  // Future permissions have no name: they count for a grant, not when a user is suspended or signed out.
  const missing = names(difference(targetPermissions, actorPermissions));
  return missing.length === 0 ? { allowed: true } : { allowed: false, missing };
}

/**
 * Whether the actor may change a user's roles. Never their own. Each added or removed role, and the target's current
 * permissions, must be within the actor's permissions. An empty change is always allowed.
 */
export function mayChangeRoles<P extends string>(change: {
  readonly actor: Party<P>;
  readonly target: Party<P>;
  readonly added: readonly ChangedRole<P>[];
  readonly removed: readonly ChangedRole<P>[];
}): RoleChangeDecision<P> {
  const { actor, target, added, removed } = change;
  if (added.length === 0 && removed.length === 0) return { allowed: true };
  const isOwn = actor.userId !== null && actor.userId === target.userId;
  const reasons: readonly RoleChangeRefusal<P>[] = [
    ...(isOwn ? [{ reason: "own-roles" } as const] : []),
    ...added.flatMap((role) =>
      toRefusals(mayGive(actor.permissions, role.permissions), { of: "added", roleId: role.id }),
    ),
    ...removed.flatMap((role) =>
      toRefusals(mayActOn(actor.permissions, role.permissions), { of: "removed", roleId: role.id }),
    ),
    ...toRefusals(mayActOn(actor.permissions, target.permissions), { of: "target" }),
  ];
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

function toRefusals<P extends string>(
  decision: CeilingDecision<P>,
  what: { readonly of: "added" | "removed" | "target"; readonly roleId?: string },
): readonly RoleChangeRefusal<P>[] {
  return decision.allowed ? [] : [{ reason: "grant-ceiling", ...what, missing: decision.missing }];
}
