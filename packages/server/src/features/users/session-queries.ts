/** Statements on the sessions of an account, as far as managers see and end them. */
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";

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

/** Ends one session of an account, or all of them; answers how many there were. */
export async function endSessions(tx: Tx, accountId: string, sessionId: string | null): Promise<number> {
  const one = sessionId === null ? sql`true` : sql`session_id = ${sessionId}::uuid`;
  const { rows } = await sql`
    DELETE FROM sessions WHERE account_id = ${accountId} AND ${one} RETURNING session_id`.execute(tx);
  return rows.length;
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
