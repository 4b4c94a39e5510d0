/**
 * Many permission sets in one array. Memory latency dominates a check among thousands of sets, so a check must not follow
 * pointers: a row is a number, and its bits are contiguous.
 */

import { wordCount } from "../permissions/bits.ts";
import { assertSameCatalogue, type Catalogue } from "../permissions/compile-catalogue.ts";
import { UnknownPermission } from "../permissions/errors.ts";
import type { PermissionSet } from "../permissions/permission-set.ts";

/** Permission sets by row. The caller assigns row numbers, starting at 0. */
export interface PermissionTable<P extends string = string> {
  /** Sets or replaces the permissions of a row. @throws TypeError for a set of another catalogue */
  readonly put: (row: number, permissions: PermissionSet<P>) => void;
  /**
   * Whether a row has the permission; false for an empty row.
   * @throws UnknownPermission for a name that the catalogue doesn't have
   */
  readonly has: (row: number, permission: string) => boolean;
}

const initialRows = 64;

/** An empty table for sets of one catalogue. */
export function createPermissionTable<P extends string>(catalogue: Catalogue<P>): PermissionTable<P> {
  const stride = wordCount(catalogue.positions.size);
  const positions = toPositionRecord(catalogue);
  let bits = new Uint32Array(initialRows * stride);
  return {
    put: (row, permissions) => {
      assertSameCatalogue(catalogue, permissions.catalogue);
      const start = row * stride;
      if (start + stride > bits.length) bits = grow(bits, start + stride);
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
 * Name → position as an object without a prototype: permission names are literals in the calling code, and engines look up
 * interned strings in an object by identity, in half the time of a Map.
 */
function toPositionRecord({ positions }: Catalogue): Readonly<Record<string, number>> {
  let record = records.get(positions);
  if (record === undefined) {
    record = Object.assign(Object.create(null) as Record<string, number>, Object.fromEntries(positions));
    records.set(positions, record);
  }
  return record;
}

/** One for each catalogue: a program with replicas of many organizations has a table for each of them. */
const records = new WeakMap<Catalogue["positions"], Readonly<Record<string, number>>>();

function grow(bits: Uint32Array, minLength: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(minLength, bits.length * 2));
  larger.set(bits);
  return larger;
}
