/** When permissions end that come only from grants with an end. */
import { type PermissionSet, permissionSet } from "@gatehouse/access";

/** Permission → the instant at which it ends. Permissions without an end are absent. */
export type PermissionEnds = ReadonlyMap<string, Date>;

/** What one grant gives, and until when; null for no end. */
interface GivenUntil {
  readonly permissions: PermissionSet;
  readonly expiresAt: Date | null;
}

/** No permission ends. */
export const noEnds: PermissionEnds = new Map();

/** When each permission of these grants ends: a permission of several grants ends with the last of them. */
export function findPermissionEnds(grants: readonly GivenUntil[]): PermissionEnds {
  if (grants.every(({ expiresAt }) => expiresAt === null)) return noEnds;
  const ends = new Map<string, Date>();
  const endless = new Set<string>();
  for (const { permissions, expiresAt } of grants) {
    for (const name of permissionSet.names(permissions)) {
      const end = ends.get(name);
      if (expiresAt === null) endless.add(name);
      else if (end === undefined || end < expiresAt) ends.set(name, expiresAt);
    }
  }
  for (const name of endless) ends.delete(name);
  return ends;
}

/** The permissions that end before `end`; null for no end. */
export function listEndingBefore(
  ends: PermissionEnds,
  names: Iterable<string>,
  end: Date | null,
): readonly string[] {
  return [...names].filter((name) => {
    const own = ends.get(name);
    return own !== undefined && (end === null || own < end);
  });
}
