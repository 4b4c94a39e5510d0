/** Caches each user's permissions from the first check until a change or the expiry of a grant. */
import { type Catalogue, permissionSet, type Subject } from "@gatehouse/access";
import { createPermissionTable } from "@gatehouse/access/catalogue";

/** Users' permissions. Times are the server's, in milliseconds. */
export interface PermissionCache {
  /** Whether the user has the permission. `rejectUnknown` handles a name that the catalogue doesn't have. */
  readonly has: (userId: string, permission: string, time: number) => boolean;
  /** Call when the user's grants changed. */
  readonly invalidate: (userId: string) => void;
}

/** How missing entries are computed. */
export interface PermissionCacheOptions {
  /** The user's effective permissions at that time; null for a user without grants. */
  readonly getSubject: (userId: string, time: number) => Subject<string, unknown> | null;
  /** Returns false for a permission that nobody can have, or throws for an unknown one. */
  readonly rejectUnknown: (permission: string) => false;
}

/** An empty cache for one catalogue and one set of roles. */
export function createPermissionCache(
  catalogue: Catalogue,
  { getSubject, rejectUnknown }: PermissionCacheOptions,
): PermissionCache {
  const table = createPermissionTable(catalogue);
  const rows = new Map<string, number>();
  const freeRows: number[] = [];
  /** User id → expiry of the first grant. */
  const expiries = new Map<string, number>();
  let nextExpiry = Number.POSITIVE_INFINITY;

  const invalidate = (userId: string): void => {
    const row = rows.get(userId);
    if (row === undefined) return;
    rows.delete(userId);
    expiries.delete(userId);
    freeRows.push(row);
  };
  const invalidateExpired = (time: number): void => {
    nextExpiry = Number.POSITIVE_INFINITY;
    for (const [userId, expiry] of expiries) {
      if (expiry <= time) invalidate(userId);
      else nextExpiry = Math.min(nextExpiry, expiry);
    }
  };
  const compute = (userId: string, permission: string, time: number): boolean => {
    const subject = getSubject(userId, time);
    if (subject === null || !catalogue.positions.has(permission)) return rejectUnknown(permission);
    const row = freeRows.pop() ?? rows.size;
    rows.set(userId, row);
    table.put(row, subject.permissions);
    if (subject.changesAt !== null) {
      const expiry = subject.changesAt.getTime();
      expiries.set(userId, expiry);
      nextExpiry = Math.min(nextExpiry, expiry);
    }
    return permissionSet.has(subject.permissions, permission);
  };
  return {
    has: (userId, permission, time) => {
      if (time >= nextExpiry) invalidateExpired(time);
      const row = rows.get(userId);
      if (row === undefined) return compute(userId, permission, time);
      try {
        return table.has(row, permission);
      } catch {
        return rejectUnknown(permission);
      }
    },
    invalidate,
  };
}
