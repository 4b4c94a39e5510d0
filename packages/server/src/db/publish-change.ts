/** Change notifications of a transaction, published after its commit. */
import type { Tx } from "./database.ts";

const published = new WeakMap<Tx, Set<string>>();

/**
 * Publishes, right after the commit, that an organization changed. Notifications only reduce latency and may be lost:
 * listeners must also read the database.
 */
export function publishChange(tx: Tx, organizationId: string): void {
  const organizations = published.get(tx) ?? new Set();
  published.set(tx, organizations.add(organizationId));
}

/** The organizations whose changes a transaction publishes. */
export function getPublishedChanges(tx: Tx): ReadonlySet<string> {
  return published.get(tx) ?? new Set();
}
