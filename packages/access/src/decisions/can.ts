/** Permission checks, their reasons, and the difference between two sets of permissions. */
import { hasBit } from "../permissions/bits.ts";
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import { UnknownPermission } from "../permissions/errors.ts";
import {
  has,
  intersection,
  names,
  type PermissionSet,
  difference as setDifference,
} from "../permissions/permission-set.ts";
import type { HeldRole, Subject } from "./grants.ts";

/** One source of a permission: a granted role. */
export interface PermissionPath<P extends string = string, By = string> {
  readonly roleId: string;
  readonly roleName: string;
  readonly grantedBy: By;
  readonly grantedAt: Date;
  readonly expiresAt?: Date;
  /** The role's chosen permission that implies this one; absent when the role lists the permission itself. */
  readonly impliedBy?: P;
}

/** Whether a permission is granted, and why. */
export interface Explanation<P extends string = string, By = string> {
  readonly allowed: boolean;
  /** Every source, in the order of the grants; empty when not allowed. */
  readonly because: readonly PermissionPath<P, By>[];
}

/**
 * Whether a subject has a permission. `subject` is any object with effective permissions: a `Subject`, a request's actor.
 *
 * ```ts
 * if (!can(actor, "campaigns:approve")) return deny();
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
 * Every source of a subject's permission. A role that lists the permission and others that imply it is one source for each:
 * removing only one of them from the role wouldn't remove the permission.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function explain<P extends string, By>(
  subject: Subject<P, By>,
  permission: NoInfer<P>,
): Explanation<P, By> {
  const [itself, ...implying] = permissionsThatGive(subject.permissions.catalogue, permission);
  const because = subject.held.flatMap((held) => listPaths(held, itself, implying));
  return { allowed: because.length > 0, because };
}

/** All permissions of a subject with their sources, in catalogue order. */
export function explainAll<P extends string, By>(
  subject: Subject<P, By>,
): readonly { readonly permission: P; readonly because: readonly PermissionPath<P, By>[] }[] {
  return names(subject.permissions).map((permission) => ({
    permission,
    because: explain(subject, permission).because,
  }));
}

/**
 * The permission itself, then those that imply it, in catalogue order. Search stored roles for these to find who has the
 * permission. The owner role lists nothing and has everything.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function permissionsThatGive<P extends string>(
  catalogue: Catalogue<P>,
  permission: NoInfer<P>,
): readonly [P, ...P[]] {
  const position = catalogue.positions.get(permission);
  if (position === undefined) throw new UnknownPermission(permission, catalogue.permissions);
  const implying = catalogue.permissions.filter(
    (other, at) => other !== permission && hasBit(catalogue.closures[at] ?? [], position),
  );
  return [permission, ...implying];
}

/** Permissions gained, lost and unchanged, each in catalogue order. */
export interface PermissionDifference<P extends string = string> {
  readonly gained: readonly P[];
  readonly lost: readonly P[];
  readonly unchanged: readonly P[];
}

/** Compares the permissions of a user or a role before and after a change. */
export function difference<P extends string>(
  before: PermissionSet<P>,
  after: PermissionSet<P>,
): PermissionDifference<P> {
  return {
    gained: names(setDifference(after, before)),
    lost: names(setDifference(before, after)),
    unchanged: names(intersection(before, after)),
  };
}

function listPaths<P extends string, By>(
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
  // The owner role has each permission directly, so implications explain nothing.
  if (role.isOwner) return [path];
  const direct = role.chosen.has(permission) ? [path] : [];
  const implied = implying
    .filter((other) => role.chosen.has(other))
    .map((impliedBy) => ({ ...path, impliedBy }));
  return [...direct, ...implied];
}
