/** Counts failed tries in the database, so that all processes share the count and a restart forgets nothing. */
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { Refusal } from "../../http/refusal.ts";
import { hashToken } from "../../ports/secrets.ts";

/** What is counted, and how often it may happen in a window. */
export interface Bucket {
  /** Anything that names it; only its hash is stored. */
  readonly name: string;
  readonly limit: number;
  /** A success makes all its failures forgotten; of others it takes back its own count alone. */
  readonly isForgotten?: boolean;
}

/** Counts rest on nobody's rights. */
export const throttling = { system: "counts of failed tries" } as const;

/** Window of every throttle: a quarter of an hour. */
const windowMs = 15 * 60_000;

/**
 * Counts a try before it is made, so that tries side by side can't slip through together: against one bucket after the
 * other, until one is full. Name them in the order of their kinds, whoever calls: then two callers never wait for each
 * other.
 * @throws Refusal throttled when one is full
 */
export async function countTry(deps: Pick<Deps, "db" | "clock">, buckets: readonly Bucket[]): Promise<void> {
  const now = deps.clock.now();
  const fullUntil = await deps.db.shared(async (tx) => {
    for (const bucket of buckets) {
      const { failures, expiresAt } = await count(tx, bucket, now);
      if (failures > bucket.limit) return expiresAt;
    }
    return null;
  }, throttling);
  if (fullUntil === null) return;
  const seconds = Math.max(1, Math.ceil((fullUntil.getTime() - now.getTime()) / 1000));
  const minutes = Math.ceil(seconds / 60);
  throw new Refusal("throttled", {
    detail: `Too many tries. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`} and try again.`,
    retryAfter: seconds,
    params: { seconds },
  });
}

/**
 * Takes a counted try back, because it was no failure; with `forgetFailures`, because it was a success. Buckets in the
 * same order as for `countTry`.
 */
export async function takeBack(
  tx: Tx,
  buckets: readonly Bucket[],
  { forgetFailures }: { readonly forgetFailures: boolean },
): Promise<void> {
  for (const { name, isForgotten } of buckets) {
    const bucket = hashToken(name);
    await (forgetFailures && isForgotten === true
      ? sql`DELETE FROM throttles WHERE bucket = ${bucket}`
      : sql`UPDATE throttles SET failures = greatest(failures - 1, 0) WHERE bucket = ${bucket}`
    ).execute(tx);
  }
}

interface Counted {
  readonly failures: number;
  readonly expiresAt: Date;
}

/** A window that has run out begins anew. */
async function count(tx: Tx, { name }: Bucket, now: Date): Promise<Counted> {
  const end = new Date(now.getTime() + windowMs);
  const { rows } = await sql<Counted>`
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    VALUES (${hashToken(name)}, 1, ${now}, ${end})
    ON CONFLICT (bucket) DO UPDATE SET
      failures = CASE WHEN t.expires_at <= ${now} THEN 1 ELSE t.failures + 1 END,
      started_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.started_at ELSE t.started_at END,
      expires_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.expires_at ELSE t.expires_at END
    RETURNING failures, expires_at AS "expiresAt"`.execute(tx);
  const [counted] = rows;
  if (counted === undefined) throw new Error("A try was not counted.");
  return counted;
}
