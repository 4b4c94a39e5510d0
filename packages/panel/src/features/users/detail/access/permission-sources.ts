/** Groups a user's permissions by catalogue group and by the roles that give them. */
import { type ActorReference, type CatalogueGroup, foldText, type Reason } from "@gatehouse/sdk/contract";
import {
  formatRelativeTo,
  indexPermissionLabels,
  type PermissionLabel,
} from "../../../../lib/labels/permission-catalogue.ts";

/** A role that gives permissions, and how. */
export interface PermissionSource {
  readonly roleId: string;
  readonly roleName: string;
  readonly grantedBy: ActorReference;
  readonly grantedAt: string;
  readonly expiresAt?: string;
  /** The role contains the permissions directly. */
  readonly isDirect: boolean;
  /** Labels of the role's permissions that imply these. */
  readonly impliedBy: readonly string[];
}

/** Permissions of one group with the same sources. */
export interface SourceCluster {
  readonly permissions: readonly PermissionLabel[];
  readonly sources: readonly PermissionSource[];
}

/** A group of the catalogue; `label` is null for permissions that the catalogue no longer has. */
interface SourceGroup {
  readonly key: string;
  readonly label: string | null;
  readonly clusters: readonly SourceCluster[];
}

/** A permission and why the user has it. */
interface HeldPermission {
  readonly permission: string;
  readonly because: readonly Reason[];
}

/** Groups the permissions; each appears exactly once. */
export function groupBySources(
  groups: readonly CatalogueGroup[],
  held: readonly HeldPermission[],
): readonly SourceGroup[] {
  const words = indexPermissionLabels(groups);
  const byName = new Map(held.map((item) => [item.permission, item]));
  const known = groups.map((group) => ({
    key: group.key,
    label: group.label,
    clusters: cluster(
      group.actions.flatMap((action) => byName.get(action.permission) ?? []),
      words,
    ),
  }));
  const rest = held.filter(({ permission }) => !words.has(permission));
  return [...known, { key: "", label: null, clusters: cluster(rest, words) }].filter(
    ({ clusters }) => clusters.length > 0,
  );
}

/** Filters by the label or name of a permission, or by the label of a group. */
export function searchGroups(groups: readonly SourceGroup[], query: string): readonly SourceGroup[] {
  const term = foldText(query.trim());
  if (term === "") return groups;
  const matches = (text: string) => foldText(text).includes(term);
  return groups.flatMap((group) => {
    if (group.label !== null && matches(group.label)) return [group];
    const clusters = group.clusters.flatMap(({ permissions, sources }) => {
      const found = permissions.filter(({ label, permission }) => matches(label) || matches(permission));
      return found.length > 0 ? [{ permissions: found, sources }] : [];
    });
    return clusters.length > 0 ? [{ ...group, clusters }] : [];
  });
}

/** The name of the role from which all permissions come; null for several roles. */
export function findOnlyRole(groups: readonly SourceGroup[]): string | null {
  const sources = groups.flatMap(({ clusters }) => clusters.flatMap((cluster) => cluster.sources));
  const [first] = sources;
  return sources.every(({ roleId }) => roleId === first?.roleId) ? (first?.roleName ?? null) : null;
}

function cluster(
  items: readonly HeldPermission[],
  words: ReadonlyMap<string, PermissionLabel>,
): readonly SourceCluster[] {
  const clusters = new Map<
    string,
    { readonly permissions: PermissionLabel[]; readonly sources: readonly PermissionSource[] }
  >();
  for (const item of items) {
    const { permission } = item;
    const sources = toSources(item, words);
    const signature = JSON.stringify(sources);
    const named = words.get(permission) ?? {
      permission,
      label: permission,
      description: "",
      sensitive: false,
      group: "",
    };
    const same = clusters.get(signature);
    if (same === undefined) clusters.set(signature, { permissions: [named], sources });
    else same.permissions.push(named);
  }
  return [...clusters.values()];
}

/** One source for each role, whether it gives the permission directly, by implication or both. */
function toSources(
  { permission, because }: HeldPermission,
  words: ReadonlyMap<string, PermissionLabel>,
): readonly PermissionSource[] {
  const byRole = Map.groupBy(because, ({ roleId }) => roleId);
  return [...byRole.values()].flatMap((reasons) => {
    const [first] = reasons;
    if (first === undefined) return [];
    const { roleId, roleName, grantedBy, grantedAt, expiresAt } = first;
    const implied = reasons.flatMap(({ impliedBy }) => impliedBy ?? []);
    return {
      roleId,
      roleName,
      grantedBy,
      grantedAt,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      isDirect: implied.length < reasons.length,
      impliedBy: implied.map((source) => formatRelativeTo(source, permission, words)),
    };
  });
}
