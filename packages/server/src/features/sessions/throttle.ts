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
}

/** Window of every throttle: a quarter of an hour. */
const windowMs = 15 * 60_000;

/**
 * Counts a try against each bucket before it is made, so that tries side by side can't slip through together.
 * @throws Refusal throttled when one of them is full
 */
export async function countTry(deps: Pick<Deps, "db" | "clock">, buckets: readonly Bucket[]): Promise<void> {
  const now = deps.clock.now();
  const full = await deps.db.shared((tx) => count(tx, buckets, now));
  if (full === null) return;
  const seconds = Math.max(1, Math.ceil((full.getTime() - now.getTime()) / 1000));
  throw new Refusal("throttled", {
    detail: `Too many failed tries. Wait ${Math.ceil(seconds / 60)} minutes and try again.`,
    retryAfter: seconds,
    params: { seconds },
  });
}

/** Takes a counted try back: it was no failure. `isCleared` forgets the bucket's failures as well. */
export async function takeBack(
  tx: Tx,
  buckets: readonly (Bucket & { readonly isCleared?: boolean })[],
): Promise<void> {
  const cleared = buckets.filter(({ isCleared }) => isCleared === true).map(({ name }) => hashToken(name));
  const kept = buckets.filter(({ isCleared }) => isCleared !== true).map(({ name }) => hashToken(name));
  await sql`DELETE FROM throttles WHERE bucket = ANY(${cleared}::text[])`.execute(tx);
  await sql`UPDATE throttles SET failures = greatest(failures - 1, 0) WHERE bucket = ANY(${kept}::text[])`.execute(
    tx,
  );
}

/** Locks the rows in one order, whoever comes: no deadlock. Answers when a full bucket is emptied. */
async function count(tx: Tx, buckets: readonly Bucket[], now: Date): Promise<Date | null> {
  const wanted = buckets
    .map(({ name, limit }) => ({ bucket: hashToken(name), limit }))
    .toSorted((one, other) => (one.bucket < other.bucket ? -1 : 1));
  const end = new Date(now.getTime() + windowMs);
  const { rows } = await sql<{ bucket: string; failures: number; expiresAt: Date }>`
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    SELECT bucket, 1, ${now}, ${end} FROM unnest(${wanted.map(({ bucket }) => bucket)}::text[]) AS bucket
    ON CONFLICT (bucket) DO UPDATE SET
      failures = CASE WHEN t.expires_at <= ${now} THEN 1 ELSE t.failures + 1 END,
      started_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.started_at ELSE t.started_at END,
      expires_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.expires_at ELSE t.expires_at END
    RETURNING bucket, failures, expires_at AS "expiresAt"`.execute(tx);
  const limits = new Map(wanted.map(({ bucket, limit }) => [bucket, limit]));
  const ends = rows
    .filter(({ bucket, failures }) => failures > (limits.get(bucket) ?? 0))
    .map(({ expiresAt }) => expiresAt.getTime());
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}
