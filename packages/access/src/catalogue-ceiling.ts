/**
 * The grant ceiling of a change of the catalogue. What a new declaration or a new `implies` gives to roles and API keys is
 * judged like an edit of these roles and keys, so that several small changes give no more than one large change.
 */

import { holdsPosition } from "./bits.ts";
import type { Catalogue } from "./compile-catalogue.ts";
import { names, type PermissionSet } from "./permission-set.ts";
import { refuseForeign } from "./refuse-foreign.ts";
import { compileRole, type Role } from "./roles.ts";

/** Who changes a catalogue. */
export interface CatalogueEditor {
  /** What the actor may do: a set of the catalogue before the change. */
  readonly permissions: PermissionSet;
  /** The roles of the user for whom the actor stands. */
  readonly roleIds: readonly string[];
}

/** Why a catalogue can't be changed. */
export type CatalogueChangeRefusal =
  | {
      readonly reason: "grant-ceiling";
      /**
       * `changed`: what roles, API keys or owners gain or lose is more than the actor holds. `holder`: a role or an API
       * key that would gain something gives more than the actor holds.
       */
      readonly of: "changed" | "holder";
      readonly missing: readonly string[];
    }
  | { readonly reason: "own-roles"; readonly roleId: string; readonly gained: readonly string[] };

/** Yes, or no with every reason. */
export type CatalogueChangeDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reasons: readonly CatalogueChangeRefusal[] };

/** What a list of stored names gives before and after a change of the catalogue. */
export interface RightsChange {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/**
 * What a role gives under one catalogue and then under another. A name that only the new catalogue has gives nothing by
 * itself, even where the role still lists it: whatever disappears from a catalogue is taken out of roles for good.
 */
export function rightsChange(
  before: Catalogue,
  after: Catalogue,
  role: Pick<Role, "permissions" | "isOwner">,
): RightsChange {
  const kept = role.permissions.filter((name) => before.positions.has(name) && after.positions.has(name));
  const held = { id: "", name: "" };
  const was = new Set(names(compileRole(before, { ...held, ...role }).permissions));
  const is = new Set(names(compileRole(after, { ...held, ...role, permissions: kept }).permissions));
  return {
    before: was,
    after: is,
    gained: [...is].filter((name) => !was.has(name)),
    lost: [...was].filter((name) => !is.has(name)),
  };
}

/**
 * May the actor replace a catalogue? An owner may. Anybody else takes away only what they hold, also from owners; and
 * what roles and API keys gain by a new `implies` is judged like an edit of each of them: within what the actor holds,
 * and never a role of their own. A permission that is new is held by owners alone.
 */
export function mayChangeCatalogue(change: {
  readonly actor: CatalogueEditor;
  readonly before: Catalogue;
  readonly after: Catalogue;
  readonly roles: readonly Role[];
  /** Of each API key, the permissions that it lists. */
  readonly keys: readonly (readonly string[])[];
}): CatalogueChangeDecision {
  const { actor, before, after } = change;
  refuseForeign(before, actor.permissions.catalogue);
  if (isUnlimited(actor.permissions)) return { allowed: true };
  const own = new Set<string>(names(actor.permissions));
  const beyond = (touched: Iterable<string>) =>
    [...new Set(touched)].filter((name) => !own.has(name)).toSorted();

  const roles = change.roles.filter(({ isOwner }) => !isOwner);
  const byRole = roles.map((role) => ({ id: role.id, ...rightsChange(before, after, role) }));
  const byKey = change.keys.map((permissions) =>
    rightsChange(before, after, { permissions, isOwner: false }),
  );
  const changes = [...byRole, ...byKey];
  const disappeared = before.permissions.filter((name) => !after.positions.has(name));
  const changed = beyond([...disappeared, ...changes.flatMap(({ gained, lost }) => [...gained, ...lost])]);
  const holder = beyond(changes.flatMap((one) => (one.gained.length === 0 ? [] : [...one.before])));
  const ownRoles = byRole.filter(({ id, gained }) => gained.length > 0 && actor.roleIds.includes(id));

  const reasons: readonly CatalogueChangeRefusal[] = [
    ...(changed.length === 0 ? [] : [ceiling("changed", changed)]),
    ...(holder.length === 0 ? [] : [ceiling("holder", holder)]),
    ...ownRoles.map(({ id, gained }) => ({ reason: "own-roles", roleId: id, gained }) as const),
  ];
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

function ceiling(of: "changed" | "holder", missing: readonly string[]): CatalogueChangeRefusal {
  return { reason: "grant-ceiling", of, missing };
}

/** Whether the set also holds the permissions that are declared later: an owner's. */
function isUnlimited(set: PermissionSet): boolean {
  return holdsPosition(set.bits, set.catalogue.permissions.length);
}
