/**
 * The grant ceiling for changes of the catalogue. What a new declaration or a new `implies` adds to roles and API keys is
 * checked like an edit of these roles and keys, so that several small changes can't grant more than one large change.
 */

import { compileRole, type Role } from "../decisions/grants.ts";
import { hasBit } from "../permissions/bits.ts";
import { assertSameCatalogue, type Catalogue } from "../permissions/compile-catalogue.ts";
import { names, type PermissionSet } from "../permissions/permission-set.ts";

/** The actor who changes a catalogue. */
export interface CatalogueEditor {
  /** The actor's permissions in the catalogue before the change. */
  readonly permissions: PermissionSet;
  /** The roles of the actor's user. */
  readonly roleIds: readonly string[];
}

/** Why a catalogue can't be changed. */
export type CatalogueChangeRefusal =
  | {
      readonly reason: "grant-ceiling";
      /**
       * `changed`: roles, API keys or owners would gain or lose permissions that the actor lacks. `holder`: a role or an API
       * key that would gain something has permissions that the actor lacks.
       */
      readonly of: "changed" | "holder";
      readonly missing: readonly string[];
    }
  | { readonly reason: "own-roles"; readonly roleId: string; readonly gained: readonly string[] };

/** Allowed, or denied with every reason. */
export type CatalogueChangeDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly CatalogueChangeRefusal[] };

/** The permissions of a list of stored names before and after a change of the catalogue. */
export interface RightsChange {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/**
 * Compares a role's permissions under two catalogues. A name that only the new catalogue has is ignored, even if the role
 * still lists it: a permission that is removed from a catalogue is removed from roles permanently.
 */
export function rightsChange(
  before: Catalogue,
  after: Catalogue,
  role: Pick<Role, "permissions" | "isOwner">,
): RightsChange {
  const kept = role.permissions.filter((name) => before.positions.has(name) && after.positions.has(name));
  const identity = { id: "", name: "" };
  const beforeNames = new Set(names(compileRole(before, { ...identity, ...role }).permissions));
  const afterNames = new Set(
    names(compileRole(after, { ...identity, ...role, permissions: kept }).permissions),
  );
  return {
    before: beforeNames,
    after: afterNames,
    gained: [...afterNames].filter((name) => !beforeNames.has(name)),
    lost: [...beforeNames].filter((name) => !afterNames.has(name)),
  };
}

/**
 * Whether the actor may replace a catalogue. Owners may. Other actors can remove only permissions that they have, also from
 * owners. What roles and API keys gain by a new `implies` is checked like an edit of each: within the actor's permissions, and
 * never a role of their own. Only owners have a new permission.
 */
export function mayChangeCatalogue(change: {
  readonly actor: CatalogueEditor;
  readonly before: Catalogue;
  readonly after: Catalogue;
  readonly roles: readonly Role[];
  /** The permissions that each API key lists. */
  readonly keys: readonly (readonly string[])[];
}): CatalogueChangeDecision {
  const { actor, before, after } = change;
  assertSameCatalogue(before, actor.permissions.catalogue);
  if (isUnlimited(actor.permissions)) return { allowed: true };
  const own = new Set<string>(names(actor.permissions));
  const exceeding = (touched: Iterable<string>) =>
    [...new Set(touched)].filter((name) => !own.has(name)).toSorted();

  const roles = change.roles.filter(({ isOwner }) => !isOwner);
  const byRole = roles.map((role) => ({ id: role.id, ...rightsChange(before, after, role) }));
  const byKey = change.keys.map((permissions) =>
    rightsChange(before, after, { permissions, isOwner: false }),
  );
  const changes = [...byRole, ...byKey];
  const removed = before.permissions.filter((name) => !after.positions.has(name));
  const changed = exceeding([...removed, ...changes.flatMap(({ gained, lost }) => [...gained, ...lost])]);
  const holder = exceeding(changes.flatMap((one) => (one.gained.length === 0 ? [] : [...one.before])));
  const ownRoles = byRole.filter(({ id, gained }) => gained.length > 0 && actor.roleIds.includes(id));

  const reasons: readonly CatalogueChangeRefusal[] = [
    ...(changed.length === 0 ? [] : [ceilingRefusal("changed", changed)]),
    ...(holder.length === 0 ? [] : [ceilingRefusal("holder", holder)]),
    ...ownRoles.map(({ id, gained }) => ({ reason: "own-roles", roleId: id, gained }) as const),
  ];
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

function ceilingRefusal(of: "changed" | "holder", missing: readonly string[]): CatalogueChangeRefusal {
  return { reason: "grant-ceiling", of, missing };
}

/** Whether the set includes future permissions, as an owner's does. */
function isUnlimited(set: PermissionSet): boolean {
  return hasBit(set.bits, set.catalogue.permissions.length);
}
