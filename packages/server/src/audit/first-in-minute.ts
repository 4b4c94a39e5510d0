import type { Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import { hashToken } from "../ports/secrets.ts";

const minute = 60_000;

/**
 * Whether this is the first call with `name` in a minute, across processes. Names must not contain anything that a
 * caller chooses, because each is a row until the clean-up.
 */
export async function isFirstInMinute(tx: Tx, name: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    VALUES (${hashToken(name)}, 1, ${now}, ${new Date(now.getTime() + minute)})
    ON CONFLICT (bucket) DO UPDATE SET started_at = excluded.started_at, expires_at = excluded.expires_at
      WHERE t.expires_at <= ${now}
    RETURNING 1`);
  return rows.length === 1;
}
