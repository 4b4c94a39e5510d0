/** The grant ceiling of `@gatehouse/access`, applied to roles and users of the API. The server checks every request itself. */
import {
  type Catalogue,
  type CeilingDecision,
  compileRole,
  mayActOn,
  mayGive,
  type PermissionSet,
  permissionSet,
  permissionsOfRoles,
} from "@gatehouse/access";
import type { InvitationView, RoleView, UserView } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { useMemo } from "react";
import { useCatalogue } from "../labels/permission-catalogue.ts";
import { useOrganization } from "../session/session.tsx";

/** The signed-in user. */
export interface CeilingActor {
  readonly userId: string;
  readonly permissions: Iterable<string>;
  readonly isOwner: boolean;
  /** When permissions end that the user has only for a time. */
  readonly permissionEnds?: Readonly<Record<string, string>> | undefined;
}

type RolePermissions = Pick<RoleView, "id" | "name" | "permissions" | "system">;

/** What the signed-in user can grant, and on whom they can act. Allows everything until the catalogue is loaded. */
export interface GrantCeiling {
  /** Whether the user can grant these permissions. */
  readonly checkPermissions: (permissions: Iterable<string>) => CeilingDecision;
  /** Whether the user can grant the role. A denial lists the chosen permissions of the role, without implied ones. */
  readonly checkRole: (role: RolePermissions) => CeilingDecision;
  /** The latest end of the role that the user can give, because they hold it only until then; null for any. */
  readonly latestEnd: (role: RolePermissions) => string | null;
  /** Whether the user can revoke the role. */
  readonly canRevoke: (role: RolePermissions) => boolean;
  /** Whether the user can change another user with these roles. `roles` is null until loaded. */
  readonly canActOn: (user: Pick<UserView, "id" | "roles">, roles: readonly RoleView[] | null) => boolean;
}

const allowed: CeilingDecision = { allowed: true };

/** Creates the ceiling of a user. */
export function createGrantCeiling(catalogue: Catalogue | null, actor: CeilingActor): GrantCeiling {
  if (catalogue === null)
    return {
      checkPermissions: () => allowed,
      checkRole: () => allowed,
      latestEnd: () => null,
      canRevoke: () => true,
      canActOn: ({ id }) => id !== actor.userId,
    };
  const own = actor.isOwner
    ? permissionSet.all(catalogue)
    : permissionSet.fromStoredNames(catalogue, actor.permissions);
  return {
    checkPermissions: (permissions) => mayGive(own, permissionSet.fromStoredNames(catalogue, permissions)),
    checkRole(role) {
      const decision = mayGive(own, compilePermissions(catalogue, role));
      if (decision.allowed) return decision;
      return { allowed: false, missing: decision.missing.filter((name) => role.permissions.includes(name)) };
    },
    latestEnd: (role) =>
      permissionSet
        .names(compilePermissions(catalogue, role))
        .flatMap((name) => actor.permissionEnds?.[name] ?? [])
        .toSorted()[0] ?? null,
    canRevoke: (role) => mayActOn(own, compilePermissions(catalogue, role)).allowed,
    canActOn(user, roles) {
      const roleIds = new Set(user.roles.map(({ id }) => id));
      const held = (roles ?? []).filter(({ id }) => roleIds.has(id));
      const permissions = permissionsOfRoles(
        catalogue,
        held.map((role) => ({ permissions: compilePermissions(catalogue, role) })),
      );
      return user.id !== actor.userId && mayActOn(own, permissions).allowed;
    },
  };
}

function compilePermissions(catalogue: Catalogue, { system, ...role }: RolePermissions): PermissionSet {
  return compileRole(catalogue, { ...role, isOwner: system }).permissions;
}

/** Explains why a role can't be granted: names two missing permissions and counts the others. */
export function formatCeilingError(
  role: string,
  missing: readonly string[],
  labels: ReadonlyMap<string, string>,
  i18n: I18n,
): string {
  const [first, second] = missing.map((permission) => labels.get(permission) ?? permission);
  if (first === undefined)
    return i18n._(msg`You can’t give ${role}: it includes all future permissions, which only owners have.`);
  if (second === undefined)
    return i18n._(msg`You can’t give ${role}: it includes “${first}”, which you don’t have.`);
  const others = missing.length - 2;
  if (others <= 0)
    return i18n._(msg`You can’t give ${role}: it includes “${first}” and “${second}”, which you don’t have.`);
  return i18n._(
    msg`${plural(others, {
      one: `You can’t give ${role}: it includes “${first}”, “${second}” and # more permission that you don’t have.`,
      other: `You can’t give ${role}: it includes “${first}”, “${second}” and # more permissions that you don’t have.`,
    })}`,
  );
}

/** The grant ceiling of the signed-in user in the current organization. */
export function useGrantCeiling(): GrantCeiling {
  const { catalogue } = useCatalogue();
  const membership = useOrganization();
  return useMemo(() => createGrantCeiling(catalogue, membership), [catalogue, membership]);
}

/**
 * The first role of an invitation that exceeds the actor's permissions, with the missing permissions; null if there is
 * none or the roles are not loaded. The server decides.
 */
export function findForbiddenRole(
  invitation: Pick<InvitationView, "roles">,
  ceiling: GrantCeiling,
  roles: readonly RoleView[] | null,
): { readonly role: string; readonly missing: readonly string[] } | null {
  for (const { id, name } of invitation.roles) {
    const role = roles?.find((one) => one.id === id);
    const decision = role === undefined ? null : ceiling.checkRole(role);
    if (decision?.allowed === false) return { role: name, missing: decision.missing };
  }
  return null;
}
