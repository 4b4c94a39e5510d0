/** Roles: named sets of permissions. */
import type { Catalogue } from "./compile-catalogue.ts";
import { all, fromStoredNames, type PermissionSet, unionOf } from "./permission-set.ts";

/** A role as it is stored. */
export interface Role {
  readonly id: string;
  readonly name: string;
  /** Names as chosen, without what they imply. A name that has left the catalogue gives nothing and is no error. */
  readonly permissions: readonly string[];
  /** The owner role holds every permission of the catalogue, today's and tomorrow's; its list isn't read. */
  readonly isOwner: boolean;
}

/** A role worked out against one catalogue. */
export interface CompiledRole<P extends string = string> {
  readonly id: string;
  readonly name: string;
  readonly isOwner: boolean;
  /** Chosen names that the catalogue has, in its order: what `explain` names in `impliedBy`. Every name for the owner. */
  readonly chosen: ReadonlySet<P>;
  /** What the role gives: the chosen ones and all that they imply. */
  readonly permissions: PermissionSet<P>;
}

/** Works out one role. */
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

/** Works out the roles of an organization: id → role, for `subjectAt`. */
export function compileRoles<P extends string>(
  catalogue: Catalogue<P>,
  roles: Iterable<Role>,
): ReadonlyMap<string, CompiledRole<P>> {
  const compiled = new Map<string, CompiledRole<P>>();
  for (const role of roles) compiled.set(role.id, compileRole(catalogue, role));
  return compiled;
}

/** What somebody may do who holds all of these roles. */
export function permissionsOfRoles<P extends string>(
  catalogue: Catalogue<P>,
  roles: Iterable<Pick<CompiledRole<P>, "permissions">>,
): PermissionSet<P> {
  return unionOf(
    catalogue,
    Array.from(roles, (role) => role.permissions),
  );
}
