/** Grants: who was given which role, by whom and until when, and the effective permissions at an instant. */
import type { Catalogue } from "../permissions/compile-catalogue.ts";
import type { PermissionSet } from "../permissions/permission-set.ts";
import { type CompiledRole, permissionsOfRoles } from "./roles.ts";

/** One role of one user. `By` is the caller's type for who granted it: an id, or an object for display. */
export interface Grant<By = string> {
  readonly roleId: string;
  readonly grantedBy: By;
  readonly grantedAt: Date;
  /** The first instant at which it is no longer in effect; absent or null if it doesn't expire. */
  readonly expiresAt?: Date | null;
}

/** A live grant together with its role. */
export interface HeldRole<P extends string = string, By = string> {
  readonly role: CompiledRole<P>;
  readonly grant: Grant<By>;
}

/** A user's effective permissions at one instant, and their sources. Recompute it when a role or grant changes, or at `changesAt`. */
export interface Subject<P extends string = string, By = string> {
  readonly permissions: PermissionSet<P>;
  readonly held: readonly HeldRole<P, By>[];
  /** When the first grant expires, which changes the permissions; null if no grant expires. */
  readonly changesAt: Date | null;
}

/** Whether a grant is in effect at an instant. An invalid expiry date counts as expired (fail closed). */
export function isLive(grant: Pick<Grant, "expiresAt">, now: Date): boolean {
  const { expiresAt } = grant;
  if (expiresAt === undefined || expiresAt === null) return true;
  return expiresAt.getTime() > now.getTime();
}

/**
 * Computes a user's effective permissions at `now`: the union of the roles whose grants are in effect. A grant of a role that
 * isn't in `roles` (deleted) is ignored.
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
    changesAt: findFirstExpiry(held.map(({ grant }) => grant)),
  };
}

function findFirstExpiry(grants: readonly Pick<Grant, "expiresAt">[]): Date | null {
  const ends = grants.flatMap(({ expiresAt }) =>
    expiresAt === undefined || expiresAt === null ? [] : [expiresAt],
  );
  return ends.reduce<Date | null>((first, end) => (first === null || end < first ? end : first), null);
}
