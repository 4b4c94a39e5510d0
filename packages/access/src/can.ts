/** The decision, and the reasons for it. */
import { holdsPosition } from "./bits.ts";
import type { Catalogue } from "./compile-catalogue.ts";
import { UnknownPermission } from "./errors.ts";
import type { HeldRole, Subject } from "./grants.ts";
import { has, names, type PermissionSet } from "./permission-set.ts";

/** One way by which a permission is held. */
export interface PermissionPath<P extends string = string, By = string> {
  readonly roleId: string;
  readonly roleName: string;
  readonly grantedBy: By;
  readonly grantedAt: Date;
  readonly expiresAt?: Date;
  /** The chosen permission of the role that includes this one; absent when the role was given this one itself. */
  readonly impliedBy?: P;
}

/** The answer to "why can, or can't, this person do that?". */
export interface Explanation<P extends string = string, By = string> {
  readonly allowed: boolean;
  /** Every way, in the order of the grants; empty when not allowed. */
  readonly because: readonly PermissionPath<P, By>[];
}

/**
 * Whether a subject may do something. `subject` is anything with effective permissions: a `Subject`, a request's actor.
 *
 * ```ts
 * if (!can(actor, "campaigns:approve")) return refuse();
 * ```
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function can<P extends string>(
  subject: { readonly permissions: PermissionSet<P> },
  permission: NoInfer<P>,
): boolean {
  return has(subject.permissions, permission);
}

/**
 * Every way by which a subject holds a permission. A role that lists the permission and others that imply it is one way
 * for each: taking only one of them out of the role wouldn't take the permission away.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function explain<P extends string, By>(
  subject: Subject<P, By>,
  permission: NoInfer<P>,
): Explanation<P, By> {
  const [itself, ...implying] = permissionsThatGive(subject.permissions.catalogue, permission);
  const because = subject.held.flatMap((held) => pathsThrough(held, itself, implying));
  return { allowed: because.length > 0, because };
}

/** Everything that a subject may do, in catalogue order, each with every way. */
export function explainAll<P extends string, By>(
  subject: Subject<P, By>,
): readonly { readonly permission: P; readonly because: readonly PermissionPath<P, By>[] }[] {
  return names(subject.permissions).map((permission) => ({
    permission,
    because: explain(subject, permission).because,
  }));
}

/**
 * Every permission that gives this one: itself first, then those that imply it, in catalogue order. What to look for in
 * stored roles when the question is "who can do this?". The owner role lists nothing and gives everything.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function permissionsThatGive<P extends string>(
  catalogue: Catalogue<P>,
  permission: NoInfer<P>,
): readonly [P, ...P[]] {
  const position = catalogue.positions.get(permission);
  if (position === undefined) throw new UnknownPermission(permission, catalogue.permissions);
  const implying = catalogue.permissions.filter(
    (other, at) => other !== permission && holdsPosition(catalogue.closures[at] ?? [], position),
  );
  return [permission, ...implying];
}

function pathsThrough<P extends string, By>(
  { role, grant }: HeldRole<P, By>,
  permission: P,
  implying: readonly P[],
): readonly PermissionPath<P, By>[] {
  const { grantedBy, grantedAt, expiresAt } = grant;
  const path: PermissionPath<P, By> = {
    roleId: role.id,
    roleName: role.name,
    grantedBy,
    grantedAt,
    ...(expiresAt === undefined || expiresAt === null ? {} : { expiresAt }),
  };
  // The owner role holds each permission by itself; that others imply it explains nothing there.
  if (role.isOwner) return [path];
  const direct = role.chosen.has(permission) ? [path] : [];
  const ways = implying
    .filter((other) => role.chosen.has(other))
    .map((impliedBy) => ({ ...path, impliedBy }));
  return [...direct, ...ways];
}
