/** The one-time link that sets up the first organization. */
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import { hashToken } from "../../ports/secrets.ts";

const lifetime = 24 * 60 * 60_000;

/** Whether no organization was ever set up here. */
export async function needsSetup(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{
    needed: boolean;
  }>`SELECT setup_at IS NULL AS needed FROM installation`.execute(tx);
  return rows[0]?.needed ?? false;
}

/**
 * A new link for a database without an organization, good for a day; null once there is one. Links that were printed
 * before keep working, because several processes may start on one database.
 */
export async function createSetupLink(
  deps: Pick<Deps, "db" | "clock" | "secrets" | "config">,
): Promise<string | null> {
  const now = deps.clock.now();
  const token = deps.secrets.token();
  const isNeeded = await deps.db.shared(
    async (tx) => {
      if (!(await needsSetup(tx))) return false;
      await sql`
      INSERT INTO setup_tokens (token_hash, created_at, expires_at)
      VALUES (${hashToken(token)}, ${now}, ${new Date(now.getTime() + lifetime)})`.execute(tx);
      return true;
    },
    { system: "the server makes its set-up link" },
  );
  return isNeeded ? `${deps.config.publicUrl}/setup#${token}` : null;
}

/** Whether the token was printed here and is still good. */
export async function isSetupToken(tx: Tx, token: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM setup_tokens WHERE token_hash = ${hashToken(token)} AND expires_at > ${now}`.execute(tx);
  return rows.length === 1;
}

/** Claims the set-up of this installation: of any number of transactions exactly one is told yes. Voids every link. */
export async function claimSetup(tx: Tx, now: Date): Promise<boolean> {
  const { rows } = await sql`
    UPDATE installation SET setup_at = ${now} WHERE setup_at IS NULL RETURNING 1`.execute(tx);
  if (rows.length === 0) return false;
  await sql`DELETE FROM setup_tokens`.execute(tx);
  return true;
}
