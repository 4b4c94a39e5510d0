/** Word from a transaction that an organization has changed: passed on once it is true. */
import type { Tx } from "./database.ts";

const announced = new WeakMap<Tx, Set<string>>();

/**
 * Has everybody who listens to the database told, right after the commit, that something happened in an organization. It
 * only saves a wait: whoever must not miss anything asks the database, too.
 */
export function announce(tx: Tx, organizationId: string): void {
  const organizations = announced.get(tx) ?? new Set();
  announced.set(tx, organizations.add(organizationId));
}

/** The organizations that a transaction announced. */
export function announcedBy(tx: Tx): ReadonlySet<string> {
  return announced.get(tx) ?? new Set();
}
