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

/** Ends one session of an account, or all of them; answers how many there were. */
export async function endSessions(tx: Tx, accountId: string, sessionId: string | null): Promise<number> {
  const which = sessionId === null ? sql`true` : sql`session_id = ${sessionId}::uuid`;
  const { rows } = await sql`
    DELETE FROM sessions WHERE account_id = ${accountId} AND ${which} RETURNING session_id`.execute(tx);
  return rows.length;
}

/** Ends the sessions of an account but for one; answers how many there were. */
export async function endOtherSessions(tx: Tx, accountId: string, keptId: string): Promise<number> {
  const { rows } = await sql`
    DELETE FROM sessions WHERE account_id = ${accountId} AND session_id <> ${keptId}::uuid
    RETURNING session_id`.execute(tx);
  return rows.length;
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

/** Ends the account's sessions unless another organization still lets it in. */
export async function endSessionsWithoutUse(
  tx: Tx,
  accountId: string,
  organizationId: string,
): Promise<void> {
  await sql`
    DELETE FROM sessions WHERE account_id = ${accountId} AND NOT EXISTS (
      SELECT FROM account_organizations
      WHERE account_id = ${accountId} AND organization_id <> ${organizationId} AND status = 'active')`.execute(
    tx,
  );
}

/** A session that is still open. */
export interface OpenSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** The account's open sessions, the one used last first. */
export async function listOpenSessions(
  tx: Tx,
  account: { readonly accountId: string; readonly now: Date; readonly idleSince: Date },
): Promise<readonly OpenSession[]> {
  const { rows } = await sql<OpenSession>`
    SELECT session_id AS id, created_at AS "createdAt", last_seen_at AS "lastSeenAt", ip, user_agent AS "userAgent"
    FROM sessions
    WHERE account_id = ${account.accountId} AND expires_at > ${account.now} AND last_seen_at > ${account.idleSince}
    ORDER BY last_seen_at DESC, session_id`.execute(tx);
  return rows;
}
