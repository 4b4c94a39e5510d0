/** What a user can do, put together for reading: by group of the catalogue, and within it by the path. Pure. */
import { type ActorReference, type CatalogueGroup, foldText, type Reason } from "@gatehouse/sdk/contract";
import { nameBeside, type PermissionWords, permissionWords } from "../../../app/words/permission-words.ts";

/** One way in which permissions are held: a role that was given, and how it gives them. */
export interface Path {
  readonly roleId: string;
  readonly roleName: string;
  readonly grantedBy: ActorReference;
  readonly grantedAt: string;
  readonly expiresAt?: string;
  /** The role names them itself. */
  readonly isDirect: boolean;
  /** The role's permissions that include these, in words. */
  readonly impliedBy: readonly string[];
}

/** Permissions of one group that are held in exactly the same ways. */
export interface PathCluster {
  readonly permissions: readonly PermissionWords[];
  readonly paths: readonly Path[];
}

/** A group of the catalogue; `label` is null for permissions that the catalogue no longer names. */
export interface PathGroup {
  readonly key: string;
  readonly label: string | null;
  readonly clusters: readonly PathCluster[];
}

/** A permission with the reasons for which it is held. */
export interface HeldPermission {
  readonly permission: string;
  readonly because: readonly Reason[];
}

/** Groups what is held; every permission appears exactly once. */
export function groupPaths(
  groups: readonly CatalogueGroup[],
  held: readonly HeldPermission[],
): readonly PathGroup[] {
  const words = permissionWords(groups);
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

/** What a search leaves: by the permission's label or name, or a whole group by its label. */
export function searchPaths(groups: readonly PathGroup[], query: string): readonly PathGroup[] {
  const wanted = foldText(query.trim());
  if (wanted === "") return groups;
  const matches = (text: string) => foldText(text).includes(wanted);
  return groups.flatMap((group) => {
    if (group.label !== null && matches(group.label)) return [group];
    const clusters = group.clusters.flatMap(({ permissions, paths }) => {
      const found = permissions.filter(({ label, permission }) => matches(label) || matches(permission));
      return found.length > 0 ? [{ permissions: found, paths }] : [];
    });
    return clusters.length > 0 ? [{ ...group, clusters }] : [];
  });
}

/** How many permissions the groups hold. */
export function permissionCount(groups: readonly PathGroup[]): number {
  const inClusters = groups.flatMap(({ clusters }) => clusters.map(({ permissions }) => permissions.length));
  return inClusters.reduce((sum, count) => sum + count, 0);
}

function cluster(
  items: readonly HeldPermission[],
  words: ReadonlyMap<string, PermissionWords>,
): readonly PathCluster[] {
  const clusters = new Map<
    string,
    { readonly permissions: PermissionWords[]; readonly paths: readonly Path[] }
  >();
  for (const item of items) {
    const { permission } = item;
    const paths = pathsOf(item, words);
    const signature = JSON.stringify(paths);
    const named = words.get(permission) ?? {
      permission,
      label: permission,
      description: "",
      sensitive: false,
      group: "",
    };
    const same = clusters.get(signature);
    if (same === undefined) clusters.set(signature, { permissions: [named], paths });
    else same.permissions.push(named);
  }
  return [...clusters.values()];
}

/** One path a role, whether it gives the permission itself, through others of its permissions, or both. */
function pathsOf(
  { permission, because }: HeldPermission,
  words: ReadonlyMap<string, PermissionWords>,
): readonly Path[] {
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
      impliedBy: implied.map((source) => nameBeside(source, permission, words)),
    };
  });
}
