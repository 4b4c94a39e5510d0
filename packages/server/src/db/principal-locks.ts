/**
 * Orders a transaction that relies on permissions against those that remove them. The first shares a lock with others that
 * rely on the same principals, the second holds it alone. Both take it at their end, so briefly, and for all principals in
 * one order, so that two transactions never wait for each other. Afterwards the permissions are checked once more: of two
 * such transactions one comes first, and the second sees it.
 */
import type { Tx } from "./database.ts";
import { prepare, type Statement, sql } from "./sql.ts";

/** Ids of organizations, users, accounts and API keys. */
export interface LockedPrincipals {
  /** Whose permissions the transaction relies on. */
  readonly shared?: readonly string[];
  /** Whose permissions it may remove. */
  readonly exclusive?: readonly string[];
}

/** More exclusive locks than this are replaced by one on the organization, because the server's lock table is limited. */
const maxExclusive = 64;

interface Locks {
  readonly shared: Set<string>;
  readonly exclusive: Set<string>;
}

const locksOf = new WeakMap<object, Locks>();

/** Locks these principals at the end of the transaction, before the statements of `deferToCommitLast`. */
export function lockPrincipals(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  principals: LockedPrincipals,
): void {
  const locks = locksOf.get(tx) ?? { shared: new Set([organizationId]), exclusive: new Set() };
  for (const id of principals.shared ?? []) locks.shared.add(id);
  for (const id of principals.exclusive ?? []) locks.exclusive.add(id);
  if (locksOf.has(tx)) return;
  locksOf.set(tx, locks);
  tx.deferToCommit(() => {
    locksOf.delete(tx);
    return takeLocks(organizationId, locks);
  });
}

function takeLocks(organizationId: string, { shared, exclusive }: Locks): Statement {
  const alone = exclusive.size > maxExclusive ? new Set([organizationId]) : exclusive;
  const ids = [...new Set([...shared, ...alone])].sort();
  const keys = ids.map(toLockKey);
  const areExclusive = ids.map((id) => alone.has(id));
  // Both kinds of lock return void, which can't be counted.
  return sql`${prepare("lockPrincipals")} SELECT count((CASE WHEN l.is_exclusive THEN pg_advisory_xact_lock(l.key)
      ELSE pg_advisory_xact_lock_shared(l.key) END)::text)::integer AS locks
    FROM unnest(${keys}::bigint[], ${areExclusive}::boolean[]) AS l (key, is_exclusive)`;
}

/** The last 64 bits of a UUID: those of a UUIDv7 are random. */
function toLockKey(id: string): string {
  return BigInt.asIntN(64, BigInt(`0x${id.replaceAll("-", "").slice(16)}`)).toString();
}
