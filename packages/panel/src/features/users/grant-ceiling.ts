/** The grant ceiling for the panel: which roles the user can assign, and on which users they can act. The server decides. Pure. */
import type { CatalogueGroup, RoleView, UserView } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";

/** The permissions of a role that the user doesn't have, in the role's order. A role without any can be assigned. */
export function listMissingPermissions(
  role: Pick<RoleView, "permissions">,
  held: ReadonlySet<string>,
): readonly string[] {
  return role.permissions.filter((permission) => !held.has(permission));
}

/** Indexes labels with their group, "Campaigns: Approve", by permission. */
export function indexQualifiedLabels(groups: readonly CatalogueGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap((group) =>
      group.actions.map((action) => [action.permission, `${group.label}: ${action.label}`] as const),
    ),
  );
}

/** Explains why a role can't be assigned: names two missing permissions and counts the others. */
export function formatCeilingError(
  role: string,
  missing: readonly string[],
  labels: ReadonlyMap<string, string>,
  i18n: I18n,
): string {
  const [first = "", second] = missing.map((permission) => labels.get(permission) ?? permission);
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

/**
 * Whether the actor may suspend or remove a user: not themselves, and no one with permissions that they don't have. True
 * while the roles aren't loaded; the server decides.
 */
export function canActOn(
  actor: { readonly userId: string; readonly permissions: ReadonlySet<string> },
  user: Pick<UserView, "id" | "roles">,
  roles: readonly RoleView[] | null,
): boolean {
  if (user.id === actor.userId) return false;
  const roleIds = new Set(user.roles.map(({ id }) => id));
  return (roles ?? []).every(
    (role) => !roleIds.has(role.id) || listMissingPermissions(role, actor.permissions).length === 0,
  );
}
