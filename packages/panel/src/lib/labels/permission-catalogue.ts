/** Labels of permissions by name. Pure. */
import type { CatalogueGroup } from "@gatehouse/sdk/contract";

/** The label and description of a permission. */
export interface PermissionLabel {
  readonly permission: string;
  readonly label: string;
  /** Empty where the catalogue has none. */
  readonly description: string;
  readonly sensitive: boolean;
  /** Label of its group. */
  readonly group: string;
}

/** Indexes the labels of all permissions by name. */
export function indexPermissionLabels(
  groups: readonly CatalogueGroup[],
): ReadonlyMap<string, PermissionLabel> {
  const pairs = groups.flatMap((group) =>
    group.actions.map(({ permission, label, description = "", sensitive }) => {
      return [permission, { permission, label, description, sensitive, group: group.label }] as const;
    }),
  );
  return new Map(pairs);
}

/** Indexes labels with their group, "Campaigns: Approve", by permission. */
export function indexQualifiedLabels(groups: readonly CatalogueGroup[]): ReadonlyMap<string, string> {
  return new Map(
    groups.flatMap((group) =>
      group.actions.map((action) => [action.permission, `${group.label}: ${action.label}`] as const),
    ),
  );
}

/** Formats a permission next to another one: with its group where the groups differ. */
export function formatRelativeTo(
  permission: string,
  other: string,
  labels: ReadonlyMap<string, PermissionLabel>,
): string {
  const named = labels.get(permission);
  if (named === undefined) return permission;
  return named.group === labels.get(other)?.group ? named.label : `${named.group} · ${named.label}`;
}
