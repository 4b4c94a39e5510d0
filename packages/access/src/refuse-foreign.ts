/** A guard for everything that takes sets of permissions. */
import type { Catalogue } from "./compile-catalogue.ts";

/** The same bit means different permissions in different catalogues: an answer across them would be a wrong one. @throws TypeError */
export function refuseForeign(one: Catalogue, other: Catalogue): void {
  if (one === other) return;
  const isSame =
    one.permissions.length === other.permissions.length &&
    one.permissions.every((permission, position) => permission === other.permissions[position]);
  if (isSame) return;
  throw new TypeError("These permission sets belong to different catalogues. Build both from the same one.");
}
