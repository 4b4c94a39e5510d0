/**
 * Many permission sets side by side in one array. A check of one among thousands waits for memory and for little else, so it
 * must not be led from object to object: a row is a number, and what it holds lies in one place.
 */
import { wordsFor } from "./bits.ts";
import type { Catalogue } from "./compile-catalogue.ts";
import { UnknownPermission } from "./errors.ts";
import type { PermissionSet } from "./permission-set.ts";
import { refuseForeign } from "./refuse-foreign.ts";

/** Permission sets by row. Rows are numbers that the caller gives away, from 0. */
export interface PermissionTable<P extends string = string> {
  /** Puts a set into a row, in place of what was there. @throws TypeError for a set of another catalogue */
  readonly put: (row: number, permissions: PermissionSet<P>) => void;
  /**
   * Whether a row holds the permission; false where nothing was put.
   * @throws UnknownPermission for a name that the catalogue doesn't have
   */
  readonly has: (row: number, permission: string) => boolean;
}

const firstRows = 64;

/** An empty table for sets of one catalogue. */
export function createPermissionTable<P extends string>(catalogue: Catalogue<P>): PermissionTable<P> {
  const stride = wordsFor(catalogue.positions.size);
  const positions = positionsByName(catalogue);
  let bits = new Uint32Array(firstRows * stride);
  return {
    put: (row, permissions) => {
      refuseForeign(catalogue, permissions.catalogue);
      const start = row * stride;
      if (start + stride > bits.length) bits = grown(bits, start + stride);
      for (let word = 0; word < stride; word += 1) bits[start + word] = permissions.bits[word] ?? 0;
    },
    has: (row, permission) => {
      const position = positions[permission];
      if (position === undefined) throw new UnknownPermission(permission, catalogue.permissions);
      return ((bits[row * stride + (position >>> 5)] ?? 0) & (1 << (position & 31))) !== 0;
    },
  };
}

/**
 * Name → position as an object without a prototype: names stand in the code that asks, and engines look such texts up in an
 * object by identity, in half of the time that a Map takes.
 */
function positionsByName({ positions }: Catalogue): Readonly<Record<string, number>> {
  return Object.assign(Object.create(null) as Record<string, number>, Object.fromEntries(positions));
}

function grown(bits: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, bits.length * 2));
  larger.set(bits);
  return larger;
}
