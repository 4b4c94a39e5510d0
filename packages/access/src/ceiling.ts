/**
 * The grant ceiling: nobody gives, takes away or edits more than they hold, and nobody changes their own roles. Panel,
 * API, API keys and imports all ask here, so that there is one rule and no way around it.
 */
import { difference, isEmpty, names, type PermissionSet, union } from "./permission-set.ts";

/**
 * Yes, or no with what the actor lacks, in catalogue order. Nothing is named where somebody who holds every permission there
 * is and isn't an owner would give the owner role: what is declared later is the difference.
 */
export type CeilingDecision<P extends string = string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly missing: readonly P[] };

/** Why roles can't be changed. */
export type RoleChangeRefusal<P extends string = string> =
  | { readonly reason: "own-roles" }
  | {
      readonly reason: "grant-ceiling";
      /** What holds more than the actor: a role to be added, a role to be removed, or the person whose roles these are. */
      readonly of: "added" | "removed" | "target";
      /** The role; absent for the person. */
      readonly roleId?: string;
      readonly missing: readonly P[];
    };

/** Yes, or no with every reason. */
export type RoleChangeDecision<P extends string = string> =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly RoleChangeRefusal<P>[] };

/** Somebody with what they may do now. An actor that stands for nobody (the system) has no user id. */
export interface Party<P extends string = string> {
  readonly userId: string | null;
  readonly permissions: PermissionSet<P>;
}

/** A role that is given or taken: a `CompiledRole` fits. */
export interface ChangedRole<P extends string = string> {
  readonly id: string;
  readonly permissions: PermissionSet<P>;
}

/**
 * May the actor give this away: a role, an invitation's roles, the permissions of an API key? The owner role also gives what
 * is declared later, so only an owner gives it.
 */
export function mayGive<P extends string>(
  actorPermissions: PermissionSet<P>,
  given: PermissionSet<P>,
): CeilingDecision<P> {
  const over = difference(given, actorPermissions);
  return isEmpty(over) ? { allowed: true } : { allowed: false, missing: names(over) };
}

/** May the actor turn a role's permissions from `before` into `after`? Both must be theirs to give. */
export function mayEditRole<P extends string>(
  actorPermissions: PermissionSet<P>,
  role: { readonly before: PermissionSet<P>; readonly after: PermissionSet<P> },
): CeilingDecision<P> {
  return mayGive(actorPermissions, union(role.before, role.after));
}

/** May the actor edit, suspend, restore, remove or sign out somebody who may do this much? */
export function mayActOn<P extends string>(
  actorPermissions: PermissionSet<P>,
  targetPermissions: PermissionSet<P>,
): CeilingDecision<P> {
  // What is declared later has no name: it counts where it is given, not where somebody is suspended or signed out.
  const missing = names(difference(targetPermissions, actorPermissions));
  return missing.length === 0 ? { allowed: true } : { allowed: false, missing };
}

/**
 * May the actor change somebody's roles so? Never their own; each role added or removed, and all that the person may do
 * now, within what the actor may do. A change of nothing is allowed to everybody.
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
      refusals(mayGive(actor.permissions, role.permissions), { of: "added", roleId: role.id }),
    ),
    ...removed.flatMap((role) =>
      refusals(mayActOn(actor.permissions, role.permissions), { of: "removed", roleId: role.id }),
    ),
    ...refusals(mayActOn(actor.permissions, target.permissions), { of: "target" }),
  ];
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

function refusals<P extends string>(
  decision: CeilingDecision<P>,
  what: { readonly of: "added" | "removed" | "target"; readonly roleId?: string },
): readonly RoleChangeRefusal<P>[] {
  return decision.allowed ? [] : [{ reason: "grant-ceiling", ...what, missing: decision.missing }];
}
