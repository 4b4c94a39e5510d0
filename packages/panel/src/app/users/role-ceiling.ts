import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";

/** What a role gives that somebody doesn't hold, in the role's order; empty where it may be given. */
export function missingFor(
  role: Pick<RoleView, "permissions">,
  held: ReadonlySet<string>,
): readonly string[] {
  return role.permissions.filter((permission) => !held.has(permission));
}

/** Names of permissions as people read them: "Campaigns: Approve". */
export function permissionLabels(groups: readonly CatalogueGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap((group) =>
      group.actions.map((action) => [action.permission, `${group.label}: ${action.label}`] as const),
    ),
  );
}

/** Why a role can't be given: names the first two permissions that are missing and counts the others. */
export function ceilingText(
  role: string,
  missing: readonly string[],
  labels: ReadonlyMap<string, string>,
  i18n: I18n,
): string {
  const [first = "", second] = missing.map((permission) => labels.get(permission) ?? permission);
  if (second === undefined)
    return i18n._(msg`You can’t give ${role}: it includes “${first}”, which you don’t hold.`);
  const others = missing.length - 2;
  if (others <= 0)
    return i18n._(msg`You can’t give ${role}: it includes “${first}” and “${second}”, which you don’t hold.`);
  return i18n._(
    msg`${plural(others, {
      one: `You can’t give ${role}: it includes “${first}”, “${second}” and # more permission that you don’t hold.`,
      other: `You can’t give ${role}: it includes “${first}”, “${second}” and # more permissions that you don’t hold.`,
    })}`,
  );
}
