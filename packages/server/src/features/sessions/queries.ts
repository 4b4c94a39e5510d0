/** Statements on sessions. */
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";

/** A session about to be opened. */
export interface NewSession {
  readonly id: string;
  readonly tokenHash: string;
  readonly accountId: string;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Writes a session. */
export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  const { id, tokenHash, accountId, now, expiresAt, ip, userAgent } = session;
  await sql`
    INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_seen_at, expires_at, ip, user_agent)
    VALUES (${tokenHash}, ${id}, ${accountId}, ${now}, ${now}, ${expiresAt}, ${ip}, ${userAgent})`.execute(
    tx,
  );
}

/** Ends a session of an account, or all of them. */
export async function deleteSessions(tx: Tx, accountId: string, sessionId: string | null): Promise<void> {
  const which = sessionId === null ? sql`true` : sql`session_id = ${sessionId}::uuid`;
  await sql`DELETE FROM sessions WHERE account_id = ${accountId} AND ${which}`.execute(tx);
}

/** Addresses from which an account is signed in now. */
export async function listAddresses(
  tx: Tx,
  query: { readonly accountId: string; readonly now: Date; readonly idleSince: Date },
): Promise<readonly string[]> {
  const { rows } = await sql<{ ip: string }>`
    SELECT DISTINCT ip FROM sessions
    WHERE account_id = ${query.accountId} AND expires_at > ${query.now} AND last_seen_at > ${query.idleSince}
      AND ip IS NOT NULL`.execute(tx);
  return rows.map((row) => row.ip);
}
