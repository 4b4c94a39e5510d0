/** Roles and grants: who was given which role, by whom and until when, and the effective permissions at an instant. */
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import { all, fromStoredNames, type PermissionSet, unionOf } from "../permissions/permission-set.ts";

/** A role as it is stored. */
export interface Role {
  readonly id: string;
  readonly name: string;
  /** Names as chosen, without implied ones. A name that the catalogue no longer has is ignored. */
  readonly permissions: readonly string[];
  /** The owner role has every permission, including future ones; its list is ignored. */
  readonly isOwner: boolean;
}

/** A role compiled against one catalogue. */
export interface CompiledRole<P extends string = string> {
  readonly id: string;
  readonly name: string;
  readonly isOwner: boolean;
  /** Chosen names that the catalogue has, in its order; `explain` reports them as `impliedBy`. Every name for the owner role. */
  readonly chosen: ReadonlySet<P>;
  /** The chosen permissions and everything that they imply. */
  readonly permissions: PermissionSet<P>;
}

/** Compiles one role. */
export function compileRole<P extends string>(catalogue: Catalogue<P>, role: Role): CompiledRole<P> {
  const { id, name, isOwner } = role;
  if (isOwner)
    return { id, name, isOwner, chosen: new Set(catalogue.permissions), permissions: all(catalogue) };
  const stored = new Set(role.permissions);
  return {
    id,
    name,
    isOwner,
    chosen: new Set(catalogue.permissions.filter((permission) => stored.has(permission))),
    permissions: fromStoredNames(catalogue, stored),
  };
}

/** Compiles the roles of an organization: id → role, for `subjectAt`. */
export function compileRoles<P extends string>(
  catalogue: Catalogue<P>,
  roles: Iterable<Role>,
): ReadonlyMap<string, CompiledRole<P>> {
  const compiled = new Map<string, CompiledRole<P>>();
  for (const role of roles) compiled.set(role.id, compileRole(catalogue, role));
  return compiled;
}

/** The permissions of a user with all of these roles. */
export function permissionsOfRoles<P extends string>(
  catalogue: Catalogue<P>,
  roles: Iterable<Pick<CompiledRole<P>, "permissions">>,
): PermissionSet<P> {
  return unionOf(
    catalogue,
    Array.from(roles, (role) => role.permissions),
  );
}

/** One role of one user. `By` is the caller's type for who granted it: an id, or an object for display. */
export interface Grant<By = string> {
  readonly roleId: string;
  readonly grantedBy: By;
  readonly grantedAt: Date;
  /** The first instant at which it is no longer in effect; absent or null if it doesn't expire. */
  readonly expiresAt?: Date | null;
}

/** A live grant together with its role. */
export interface HeldRole<P extends string = string, By = string> {
  readonly role: CompiledRole<P>;
  readonly grant: Grant<By>;
}

/** A user's effective permissions at one instant, and their sources. Recompute it when a role or grant changes, or at `changesAt`. */
export interface Subject<P extends string = string, By = string> {
  readonly permissions: PermissionSet<P>;
  readonly held: readonly HeldRole<P, By>[];
  /** When the first grant expires, which changes the permissions; null if no grant expires. */
  readonly changesAt: Date | null;
}

/** Whether a grant is in effect at an instant. An invalid expiry date counts as expired (fail closed). */
export function isLive(grant: Pick<Grant, "expiresAt">, now: Date): boolean {
  const { expiresAt } = grant;
  if (expiresAt === undefined || expiresAt === null) return true;
  return expiresAt.getTime() > now.getTime();
}

/**
 * Computes a user's effective permissions at `now`: the union of the roles whose grants are in effect. A grant of a role that
 * isn't in `roles` (deleted) is ignored.
 */
export function subjectAt<P extends string, By = string>(input: {
  readonly catalogue: Catalogue<P>;
  readonly roles: ReadonlyMap<string, CompiledRole<P>>;
  readonly grants: readonly Grant<By>[];
  readonly now: Date;
}): Subject<P, By> {
  const held = input.grants.flatMap((grant): HeldRole<P, By>[] => {
    const role = input.roles.get(grant.roleId);
    return role !== undefined && isLive(grant, input.now) ? [{ role, grant }] : [];
  });
  return {
    permissions: permissionsOfRoles(
      input.catalogue,
      held.map(({ role }) => role),
    ),
    held,
    changesAt: findFirstExpiry(held.map(({ grant }) => grant)),
  };
}

function findFirstExpiry(grants: readonly Pick<Grant, "expiresAt">[]): Date | null {
  const ends = grants.flatMap(({ expiresAt }) =>
    expiresAt === undefined || expiresAt === null ? [] : [expiresAt],
  );
  return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null);
}
