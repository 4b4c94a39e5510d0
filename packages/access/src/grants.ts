/** Grants: who was given which role, by whom, until when; and what that comes to at one instant. */
import type { Catalogue } from "./compile-catalogue.ts";
import type { PermissionSet } from "./permission-set.ts";
import { type CompiledRole, permissionsOfRoles } from "./roles.ts";

/** One role held by one user. `By` is however the caller names who gave it: an id, or an object to show. */
export interface Grant<By = string> {
  readonly roleId: string;
  readonly grantedBy: By;
  readonly grantedAt: Date;
  /** The first instant at which it no longer counts; absent or null for no end. */
  readonly expiresAt?: Date | null;
}

/** A live grant together with its role. */
export interface HeldRole<P extends string = string, By = string> {
  readonly role: CompiledRole<P>;
  readonly grant: Grant<By>;
}

/** What one user may do at one instant, and through what. Made anew when a role or a grant changes, or time passes `changesAt`. */
export interface Subject<P extends string = string, By = string> {
  readonly permissions: PermissionSet<P>;
  readonly held: readonly HeldRole<P, By>[];
  /** When the first of the grants ends, and with it this answer; null if none ever does. */
  readonly changesAt: Date | null;
}

/** Whether a grant counts at an instant. An expiry that is no valid date counts as past: a fault must not open a door. */
export function isLive(grant: Pick<Grant, "expiresAt">, now: Date): boolean {
  const { expiresAt } = grant;
  if (expiresAt === undefined || expiresAt === null) return true;
  return expiresAt.getTime() > now.getTime();
}

/**
 * What a user's grants come to at `now`: the union of the roles whose grants are live. A grant of a role that isn't in
 * `roles` (deleted meanwhile) gives nothing.
 */
export function subjectAt<P extends string, By = string>(input: {
  readonly catalogue: Catalogue<P>;
  readonly roles: ReadonlyMap<string, CompiledRole<P>>;
  readonly grants: readonly Grant<By>[];
  readonly now: Date;
}): Subject<P, By> {
  const held = input.grants.flatMap((grant): HeldRole<P, By>[] => {
    const role = input.roles.get(grant.roleId);
    return role !== undefined && isLive(grant, input.now) ? [{ role, grant }] : [];
  });
  return {
    permissions: permissionsOfRoles(
      input.catalogue,
      held.map(({ role }) => role),
    ),
    held,
    changesAt: firstEnd(held.map(({ grant }) => grant)),
  };
}

function firstEnd(grants: readonly Pick<Grant, "expiresAt">[]): Date | null {
  const ends = grants.flatMap(({ expiresAt }) =>
    expiresAt === undefined || expiresAt === null ? [] : [expiresAt],
  );
  return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null);
}
