/** What each user holds, worked out when somebody first asks about them and kept until a change or the end of a grant. */
import { type Catalogue, permissionSet, type Subject } from "@gatehouse/access";
import { createPermissionTable } from "@gatehouse/access/catalogue";

/** Users' permissions. Times are the server's, in milliseconds. */
export interface Holdings {
  /** Whether the user holds the permission. A name that the catalogue doesn't have is `refuse`'s to answer. */
  readonly has: (userId: string, permission: string, time: number) => boolean;
  /** The user's grants changed. */
  readonly forget: (userId: string) => void;
}

/** How what isn't known yet is found out. */
export interface Sources {
  /** What the user's grants come to at that time; null for somebody without any. */
  readonly subjectOf: (userId: string, time: number) => Subject<string, unknown> | null;
  /** Answers where nobody can hold the permission, or throws. */
  readonly refuse: (permission: string) => false;
}

/** Nothing known yet, under one catalogue and one set of roles. */
export function createHoldings(catalogue: Catalogue, { subjectOf, refuse }: Sources): Holdings {
  const table = createPermissionTable(catalogue);
  const rows = new Map<string, number>();
  const free: number[] = [];
  /** Of those whose grants end. */
  const ends = new Map<string, number>();
  let firstEnd = Number.POSITIVE_INFINITY;

  const forget = (userId: string): void => {
    const row = rows.get(userId);
    if (row === undefined) return;
    rows.delete(userId);
    ends.delete(userId);
    free.push(row);
  };
  const forgetEnded = (time: number): void => {
    firstEnd = Number.POSITIVE_INFINITY;
    for (const [userId, end] of ends) {
      if (end <= time) forget(userId);
      else firstEnd = Math.min(firstEnd, end);
    }
  };
  const workOut = (userId: string, permission: string, time: number): boolean => {
    const subject = subjectOf(userId, time);
    if (subject === null || !catalogue.positions.has(permission)) return refuse(permission);
    const row = free.pop() ?? rows.size;
    rows.set(userId, row);
    table.put(row, subject.permissions);
    if (subject.changesAt !== null) {
      const end = subject.changesAt.getTime();
      ends.set(userId, end);
      firstEnd = Math.min(firstEnd, end);
    }
    return permissionSet.has(subject.permissions, permission);
  };
  return {
    has: (userId, permission, time) => {
      if (time >= firstEnd) forgetEnded(time);
      const row = rows.get(userId);
      if (row === undefined) return workOut(userId, permission, time);
      try {
        return table.has(row, permission);
      } catch {
        return refuse(permission);
      }
    },
    forget,
  };
}
