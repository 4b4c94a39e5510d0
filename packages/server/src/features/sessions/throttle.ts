/** Counts tries in the database, so that all processes share the count and a restart forgets nothing. */
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
  /**
   * For a bucket that many people share: the count is spread over several rows by this text, so that tries at the same
   * moment don't wait for one row. Such a count may pass its limit by as many as are under way.
   */
  readonly spreadBy?: string;
}

/** Counts rest on nobody's rights. */
export const throttling = { system: "counts of failed tries" } as const;

/** Window of every throttle: a quarter of an hour. */
const windowMs = 15 * 60_000;

/** The parts of a bucket that is spread: one for each hexadecimal digit. */
const parts = [..."0123456789abcdef"];

/**
 * Counts a try before it is made, so that tries side by side can't slip through together. A try that is refused writes
 * nothing.
 * @throws Refusal throttled when a bucket is full
 */
export async function countTry(deps: Pick<Deps, "db" | "clock">, buckets: readonly Bucket[]): Promise<void> {
  const now = deps.clock.now();
  await deps.db.shared(async (tx) => {
    await requireRoom(tx, buckets, now);
    await addTry(tx, buckets, now);
  }, throttling);
}

/**
 * Only reads: refuses a try for which a bucket has no room.
 * @throws Refusal throttled
 */
export async function requireRoom(tx: Tx, buckets: readonly Bucket[], now: Date): Promise<void> {
  const counts = await readCounts(tx, buckets.flatMap(rowsOf), now);
  const ends = buckets.flatMap((bucket) => {
    const found = rowsOf(bucket).flatMap((row) => counts.get(row) ?? []);
    const failures = found.reduce((sum, row) => sum + row.failures, 0);
    return failures < bucket.limit ? [] : found.map(({ expiresAt }) => expiresAt.getTime());
  });
  if (ends.length > 0) throw throttled(Math.max(...ends) - now.getTime());
}

/**
 * Counts one more in each bucket. Name them in the order of their kinds, whoever calls: then two callers never wait for
 * each other. Throws when one filled up since it was looked at, and the transaction takes all of them back.
 * @throws Refusal throttled
 */
export async function addTry(tx: Tx, buckets: readonly Bucket[], now: Date): Promise<void> {
  for (const bucket of buckets) await addTo(tx, bucket, now);
}

/** Takes a counted try back, because it was no failure; with `forgetFailures`, because it was a success. */
export async function takeBack(
  tx: Tx,
  buckets: readonly Bucket[],
  { forgetFailures }: { readonly forgetFailures: boolean },
): Promise<void> {
  for (const bucket of buckets) {
    const row = rowFor(bucket);
    await (forgetFailures && bucket.isForgotten === true
      ? sql`DELETE FROM throttles WHERE bucket = ${row}`
      : sql`UPDATE throttles SET failures = greatest(failures - 1, 0) WHERE bucket = ${row}`
    ).execute(tx);
  }
}

interface Counted {
  readonly bucket: string;
  readonly failures: number;
  readonly expiresAt: Date;
}

async function readCounts(tx: Tx, rows: readonly string[], now: Date): Promise<ReadonlyMap<string, Counted>> {
  const found = await sql<Counted>`
    SELECT bucket, failures, expires_at AS "expiresAt" FROM throttles
    WHERE bucket = ANY(${rows}::text[]) AND expires_at > ${now}`.execute(tx);
  return new Map(found.rows.map((row) => [row.bucket, row]));
}

/** A window that has run out begins again. A bucket in one row never passes its limit. */
async function addTo(tx: Tx, bucket: Bucket, now: Date): Promise<void> {
  const end = new Date(now.getTime() + windowMs);
  const hasRoom = bucket.spreadBy === undefined ? sql`t.failures < ${bucket.limit}` : sql`true`;
  const { rows } = await sql`
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    VALUES (${rowFor(bucket)}, 1, ${now}, ${end})
    ON CONFLICT (bucket) DO UPDATE SET
      failures = CASE WHEN t.expires_at <= ${now} THEN 1 ELSE t.failures + 1 END,
      started_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.started_at ELSE t.started_at END,
      expires_at = CASE WHEN t.expires_at <= ${now} THEN EXCLUDED.expires_at ELSE t.expires_at END
      WHERE t.expires_at <= ${now} OR ${hasRoom}
    RETURNING 1`.execute(tx);
  if (rows.length > 0) return;
  await requireRoom(tx, [bucket], now);
  throw throttled(windowMs); // it was full a moment ago
}

/** The row that a try is counted in. */
function rowFor({ name, spreadBy }: Bucket): string {
  return hashToken(spreadBy === undefined ? name : partOf(name, hashToken(spreadBy).slice(0, 1)));
}

/** Every row of a bucket. */
function rowsOf({ name, spreadBy }: Bucket): readonly string[] {
  return spreadBy === undefined ? [hashToken(name)] : parts.map((part) => hashToken(partOf(name, part)));
}

function partOf(name: string, part: string): string {
  return `${name} part ${part}`;
}

function throttled(milliseconds: number): Refusal {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const minutes = Math.ceil(seconds / 60);
  return new Refusal("throttled", {
    detail: `Too many tries. Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`} and try again.`,
    retryAfter: seconds,
    params: { seconds },
  });
}
