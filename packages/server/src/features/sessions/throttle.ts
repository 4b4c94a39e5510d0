/** Counts attempts in the database, so that all processes share the counts and they survive a restart. */

import type { Tx } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";

/** A counter with its limit for each window. */
export interface Bucket {
  /** Unique name; only its hash is stored. */
  readonly name: string;
  readonly limit: number;
  /** A success resets the counter; otherwise it only undoes its own count. */
  readonly resetsOnSuccess?: boolean;
  /**
   * For a bucket shared by many clients: this text chooses one of several rows, so that concurrent attempts don't wait for
   * the same row. The count may exceed the limit by the number of concurrent attempts.
   */
  readonly shardBy?: string;
}

/** Database access of the throttle: counting attempts needs no permission. */
export const throttleAccess = { system: "counting attempts" } as const;

/** Window of every bucket: 15 minutes. */
const windowMs = 15 * 60_000;

/** Shards of a bucket: one for each hexadecimal digit. */
const shards = [..."0123456789abcdef"];

/**
 * Counts an attempt before it is made, so that concurrent attempts can't exceed the limit. Writes nothing if it throws.
 * @throws ApiError throttled when a bucket is full
 */
export async function countAttempt(
  deps: Pick<Deps, "db" | "clock">,
  buckets: readonly Bucket[],
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.shared(async (tx) => {
    await requireWithinLimit(tx, buckets, now);
    await addAttempt(tx, buckets, now);
  }, throttleAccess);
}

/**
 * Checks the limits without counting.
 * @throws ApiError throttled
 */
export async function requireWithinLimit(tx: Tx, buckets: readonly Bucket[], now: Date): Promise<void> {
  const counts = await readCounts(tx, buckets.flatMap(listRows), now);
  const ends = buckets.flatMap((bucket) => {
    const found = listRows(bucket).flatMap((row) => counts.get(row) ?? []);
    const failures = found.reduce((sum, row) => sum + row.failures, 0);
    return failures < bucket.limit ? [] : found.map(({ expiresAt }) => expiresAt.getTime());
  });
  if (ends.length > 0) throw throttled(Math.max(...ends) - now.getTime());
}

/**
 * Increments each bucket, in one round trip. All callers must pass the kinds of buckets in the same order, to avoid deadlocks.
 * Throws when a bucket is full by now; then the transaction rolls back.
 * @throws ApiError throttled
 */
export async function addAttempt(tx: Tx, buckets: readonly Bucket[], now: Date): Promise<void> {
  await Promise.all(buckets.map((bucket) => addToBucket(tx, bucket, now)));
}

/** Undoes the count of an attempt that didn't fail; with `reset`, after a success. One round trip. */
export async function undoAttempt(
  tx: Tx,
  buckets: readonly Bucket[],
  { reset }: { readonly reset: boolean },
): Promise<void> {
  const undo = (bucket: Bucket) => {
    const row = getRow(bucket);
    return reset && bucket.resetsOnSuccess === true
      ? sql`DELETE FROM throttles WHERE bucket = ${row}`
      : sql`UPDATE throttles SET failures = greatest(failures - 1, 0) WHERE bucket = ${row}`;
  };
  await Promise.all(buckets.map((bucket) => tx.query(undo(bucket))));
}

interface Counted {
  readonly bucket: string;
  readonly failures: number;
  readonly expiresAt: Date;
}

async function readCounts(tx: Tx, rows: readonly string[], now: Date): Promise<ReadonlyMap<string, Counted>> {
  const found = await tx.query(sql<Counted>`${named("readCounts")}
    SELECT bucket, failures, expires_at AS "expiresAt" FROM throttles
    WHERE bucket = ANY(${rows}::text[]) AND expires_at > ${now}`);
  return new Map(found.rows.map((row) => [row.bucket, row]));
}

/** Starts a new window if the old one has ended. A bucket without shards never exceeds its limit. */
async function addToBucket(tx: Tx, bucket: Bucket, now: Date): Promise<void> {
  const end = new Date(now.getTime() + windowMs);
  const isBelowLimit = bucket.shardBy === undefined ? sql`t.failures < ${bucket.limit}` : sql`true`;
  const { rows } = await tx.query(sql`${named("addToBucket")}
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    VALUES (${getRow(bucket)}, 1, ${now}, ${end})
    ON CONFLICT (bucket) DO UPDATE SET
      failures = CASE WHEN t.expires_at <= ${now} THEN 1 ELSE t.failures + 1 END,
      started_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.started_at ELSE t.started_at END,
      expires_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.expires_at ELSE t.expires_at END
      WHERE t.expires_at <= ${now} OR ${isBelowLimit}
    RETURNING 1`);
  if (rows.length > 0) return;
  await requireWithinLimit(tx, [bucket], now);
  throw throttled(windowMs); // it was full when the statement ran
}

/** The row that counts an attempt. */
function getRow({ name, shardBy }: Bucket): string {
  return hashToken(shardBy === undefined ? name : nameShard(name, hashToken(shardBy).slice(0, 1)));
}

/** All rows of a bucket. */
function listRows({ name, shardBy }: Bucket): readonly string[] {
  return shardBy === undefined ? [hashToken(name)] : shards.map((shard) => hashToken(nameShard(name, shard)));
}

function nameShard(name: string, shard: string): string {
  return `${name} part ${shard}`;
}

function throttled(milliseconds: number): ApiError {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const minutes = Math.ceil(seconds / 60);
  return new ApiError("throttled", {
    detail: `Too many tries. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`} and try again.`,
    retryAfter: seconds,
    params: { seconds },
  });
}
