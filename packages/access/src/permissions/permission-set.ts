/**
 * Sets of permissions as bit sets: position n of the catalogue is bit n. A check is one lookup and one AND.
 * Exported as one namespace: `permissionSet.has(set, "campaigns:view")`.
 */

import { addBits, hasBit, setBit, wordCount } from "./bits.ts";
import { assertSameCatalogue, type Catalogue } from "./compile-catalogue.ts";
import { UnknownPermission } from "./errors.ts";

/**
 * An immutable set of permissions of one catalogue. It is closed: with a permission it has everything that the permission
 * implies. (`difference` is the exception.)
 */
export interface PermissionSet<P extends string = string> {
  readonly catalogue: Catalogue<P>;
  /**
   * 32 positions per word. The position after the last permission stands for permissions that are declared later. Internal:
   * store and send `names`.
   */
  readonly bits: ArrayLike<number>;
}

/** The empty set. */
export function none<P extends string>(catalogue: Catalogue<P>): PermissionSet<P> {
  return { catalogue, bits: emptyBits(catalogue) };
}

/**
 * Every permission of the catalogue, and those that are declared later: an owner's permissions. It is more than `fromNames`
 * of every name, so that only owners can grant the owner role.
 */
export function all<P extends string>(catalogue: Catalogue<P>): PermissionSet<P> {
  const bits = emptyBits(catalogue);
  for (let position = 0; position <= catalogue.permissions.length; position += 1) setBit(bits, position);
  return { catalogue, bits };
}

/**
 * The named permissions and all that they imply.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function fromNames<P extends string>(
  catalogue: Catalogue<P>,
  names: Iterable<NoInfer<P>>,
): PermissionSet<P> {
  return collect(catalogue, names, (name) => {
    throw new UnknownPermission(name, catalogue.permissions);
  });
}

/** The same for stored names: a name that the catalogue no longer has is ignored. */
export function fromStoredNames<P extends string>(
  catalogue: Catalogue<P>,
  names: Iterable<string>,
): PermissionSet<P> {
  return collect(catalogue, names, () => undefined);
}

/**
 * Whether the set has a permission.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function has<P extends string>(set: PermissionSet<P>, permission: NoInfer<P>): boolean {
  const position = set.catalogue.positions.get(permission);
  if (position === undefined) throw new UnknownPermission(permission, set.catalogue.permissions);
  return hasBit(set.bits, position);
}

/** The union of two sets. */
export function union<P extends string>(one: PermissionSet<P>, other: PermissionSet<P>): PermissionSet<P> {
  return combine(one, other, (a, b) => a | b);
}

/** The union of any number of sets. A single set is returned unchanged, so that users with the same role share it. */
export function unionOf<P extends string>(
  catalogue: Catalogue<P>,
  sets: readonly PermissionSet<P>[],
): PermissionSet<P> {
  for (const set of sets) assertSameCatalogue(catalogue, set.catalogue);
  const [first, ...rest] = sets;
  if (first !== undefined && rest.length === 0) return first;
  const bits = emptyBits(catalogue);
  for (const set of sets) addBits(bits, set.bits);
  return { catalogue, bits };
}

/** The intersection of two sets, for example an API key's permissions limited by its creator's. */
export function intersection<P extends string>(
  one: PermissionSet<P>,
  other: PermissionSet<P>,
): PermissionSet<P> {
  return combine(one, other, (a, b) => a & b);
}

/** The permissions in the first set that are not in the second. Not closed: for display, not for checks. */
export function difference<P extends string>(
  one: PermissionSet<P>,
  other: PermissionSet<P>,
): PermissionSet<P> {
  return combine(one, other, (a, b) => a & ~b);
}

/** Whether the first set is a subset of the second. */
export function isSubset<P extends string>(part: PermissionSet<P>, whole: PermissionSet<P>): boolean {
  return isEmpty(difference(part, whole));
}

/** Whether the set is empty. */
export function isEmpty(set: PermissionSet): boolean {
  for (let word = 0; word < set.bits.length; word += 1) if (set.bits[word] !== 0) return false;
  return true;
}

/** The names in the set, in catalogue order. Store and send this; `fromStoredNames` restores it. */
export function names<P extends string>(set: PermissionSet<P>): readonly P[] {
  return set.catalogue.permissions.filter((_, position) => hasBit(set.bits, position));
}

function collect<P extends string>(
  catalogue: Catalogue<P>,
  names: Iterable<string>,
  onUnknown: (name: string) => void,
): PermissionSet<P> {
  const bits = emptyBits(catalogue);
  for (const name of names) {
    const closure = catalogue.closures[catalogue.positions.get(name) ?? -1];
    if (closure === undefined) onUnknown(name);
    else addBits(bits, closure);
  }
  return { catalogue, bits };
}

function combine<P extends string>(
  one: PermissionSet<P>,
  other: PermissionSet<P>,
  operation: (a: number, b: number) => number,
): PermissionSet<P> {
  assertSameCatalogue(one.catalogue, other.catalogue);
  const bits = emptyBits(one.catalogue);
  for (let word = 0; word < bits.length; word += 1)
    bits[word] = operation(one.bits[word] ?? 0, other.bits[word] ?? 0);
  return { catalogue: one.catalogue, bits };
}

function emptyBits(catalogue: Catalogue): Uint32Array {
  return new Uint32Array(wordCount(catalogue.permissions.length + 1));
}
