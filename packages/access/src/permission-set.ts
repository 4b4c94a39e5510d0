/**
 * Sets of permissions as bits: position n of the catalogue is bit n. A check is one look-up and one AND.
 * All of it is called under one name: `permissionSet.has(set, "campaigns:view")`.
 */
import { addBits, holdsPosition, setPosition, wordsFor } from "./bits.ts";
import type { Catalogue } from "./compile-catalogue.ts";
import { UnknownPermission } from "./errors.ts";
import { refuseForeign } from "./refuse-foreign.ts";

/**
 * A set of permissions of one catalogue, never changed after it is made. Made by `fromNames` and its siblings it is
 * closed: with a permission it holds all that this one implies. (`difference` is the exception.)
 */
export interface PermissionSet<P extends string = string> {
  readonly catalogue: Catalogue<P>;
  /**
   * 32 positions a word; the position behind the last permission stands for those that are declared later. For this
   * package alone; store and send `names`.
   */
  readonly bits: ArrayLike<number>;
}

/** The set without a permission. */
export function none<P extends string>(catalogue: Catalogue<P>): PermissionSet<P> {
  return { catalogue, bits: emptyBits(catalogue) };
}

/**
 * Every permission of the catalogue, and those that are declared later: what an owner holds. It is more than `fromNames`
 * of every name, so that nobody but an owner gives the owner role.
 */
export function all<P extends string>(catalogue: Catalogue<P>): PermissionSet<P> {
  const bits = emptyBits(catalogue);
  for (let position = 0; position <= catalogue.permissions.length; position += 1) setPosition(bits, position);
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

/**
 * The same for names that were stored earlier: one that has left the catalogue since gives nothing and is no error.
 */
export function fromStoredNames<P extends string>(
  catalogue: Catalogue<P>,
  names: Iterable<string>,
): PermissionSet<P> {
  return collect(catalogue, names, () => undefined);
}

/**
 * Whether the set holds a permission.
 * @throws UnknownPermission for a name that the catalogue doesn't have
 */
export function has<P extends string>(set: PermissionSet<P>, permission: NoInfer<P>): boolean {
  const position = set.catalogue.positions.get(permission);
  if (position === undefined) throw new UnknownPermission(permission, set.catalogue.permissions);
  return holdsPosition(set.bits, position);
}

/** What is in either set. */
export function union<P extends string>(one: PermissionSet<P>, other: PermissionSet<P>): PermissionSet<P> {
  return combine(one, other, (a, b) => a | b);
}

/** What is in at least one of the sets. One set alone comes back as it is, so people with the same role share it. */
export function unionOf<P extends string>(
  catalogue: Catalogue<P>,
  sets: readonly PermissionSet<P>[],
): PermissionSet<P> {
  for (const set of sets) refuseForeign(catalogue, set.catalogue);
  const [first, ...rest] = sets;
  if (first !== undefined && rest.length === 0) return first;
  const bits = emptyBits(catalogue);
  for (const set of sets) addBits(bits, set.bits);
  return { catalogue, bits };
}

/** What is in both sets: an API key's permissions capped by its creator's. */
export function intersection<P extends string>(
  one: PermissionSet<P>,
  other: PermissionSet<P>,
): PermissionSet<P> {
  return combine(one, other, (a, b) => a & b);
}

/** What is in the first set and not in the second. Not closed: for showing, not for checking. */
export function difference<P extends string>(
  one: PermissionSet<P>,
  other: PermissionSet<P>,
): PermissionSet<P> {
  return combine(one, other, (a, b) => a & ~b);
}

/** Whether everything in the first set is in the second. */
export function isSubset<P extends string>(part: PermissionSet<P>, whole: PermissionSet<P>): boolean {
  return isEmpty(difference(part, whole));
}

/** Whether the set holds nothing. */
export function isEmpty(set: PermissionSet): boolean {
  for (let word = 0; word < set.bits.length; word += 1) if (set.bits[word] !== 0) return false;
  return true;
}

/** The names in the set, in catalogue order. The form to store and send; `fromStoredNames` reads it back. */
export function names<P extends string>(set: PermissionSet<P>): readonly P[] {
  return set.catalogue.permissions.filter((_, position) => holdsPosition(set.bits, position));
}

function collect<P extends string>(
  catalogue: Catalogue<P>,
  wanted: Iterable<string>,
  onUnknown: (name: string) => void,
): PermissionSet<P> {
  const bits = emptyBits(catalogue);
  for (const name of wanted) {
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
  refuseForeign(one.catalogue, other.catalogue);
  const bits = emptyBits(one.catalogue);
  for (let word = 0; word < bits.length; word += 1)
    bits[word] = operation(one.bits[word] ?? 0, other.bits[word] ?? 0);
  return { catalogue: one.catalogue, bits };
}

function emptyBits(catalogue: Catalogue): Uint32Array {
  return new Uint32Array(wordsFor(catalogue.permissions.length + 1));
}
