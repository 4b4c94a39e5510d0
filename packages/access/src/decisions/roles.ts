/** Roles: named sets of permissions. */
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
