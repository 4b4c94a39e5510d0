/** What a change gives and takes. */
import { intersection, names, type PermissionSet, difference as without } from "./permission-set.ts";

/** Permissions gained, lost and kept, each in catalogue order. */
export interface PermissionDifference<P extends string = string> {
  readonly gained: readonly P[];
  readonly lost: readonly P[];
  readonly unchanged: readonly P[];
}

/** Compares what somebody, or a role, may do before and after a change. */
export function difference<P extends string>(
  before: PermissionSet<P>,
  after: PermissionSet<P>,
): PermissionDifference<P> {
  return {
    gained: names(without(after, before)),
    lost: names(without(before, after)),
    unchanged: names(intersection(before, after)),
  };
}
