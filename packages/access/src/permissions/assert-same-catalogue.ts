import type { Catalogue } from "./compile-catalogue.ts";

/**
 * Asserts that two catalogues list the same permissions in the same order: otherwise the same bit means different permissions.
 * @throws TypeError
 */
export function assertSameCatalogue(one: Catalogue, other: Catalogue): void {
  if (one === other) return;
  const isSame =
    one.permissions.length === other.permissions.length &&
    one.permissions.every((permission, position) => permission === other.permissions[position]);
  if (isSame) return;
  throw new TypeError("These permission sets belong to different catalogues. Build both from the same one.");
}
