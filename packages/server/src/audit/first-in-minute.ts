import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import { hashToken } from "../ports/secrets.ts";

const minute = 60_000;

/**
 * Whether this is the first of its kind in a minute: of several processes that ask at once one is told yes. `name` says what
 * is counted; name nothing in it that a stranger chooses, because each name is a row until the clean-up.
 */
export async function isFirstInMinute(tx: Tx, name: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO throttles AS t (bucket, failures, started_at, expires_at)
    VALUES (${hashToken(name)}, 1, ${now}, ${new Date(now.getTime() + minute)})
    ON CONFLICT (bucket) DO UPDATE SET started_at = excluded.started_at, expires_at = excluded.expires_at
      WHERE t.expires_at <= ${now}
    RETURNING 1`.execute(tx);
  return rows.length === 1;
}
