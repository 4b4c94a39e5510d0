/**
 * The sessions of an account that are an organization's business. A session belongs to the account; of one that several
 * organizations let in, each has to do with those sessions only that were used there.
 */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import type { OpenSession } from "./queries.ts";

/** An account, as one organization knows it. */
export interface MemberAccount {
  readonly organizationId: string;
  readonly accountId: string;
}

/** Its open sessions, the one used last first. What else they were used for isn't told. */
export async function listMemberSessions(
  tx: Tx,
  member: MemberAccount & { readonly now: Date; readonly idleSince: Date },
): Promise<readonly OpenSession[]> {
  const { organizationId, accountId } = member;
  const { rows } = await sql<OpenSession>`
    SELECT s.session_id AS id, s.created_at AS "createdAt", COALESCE(x.last_used_at, s.last_seen_at) AS "lastSeenAt",
      s.ip, s.user_agent AS "userAgent"
    FROM sessions s
    LEFT JOIN session_uses x ON x.organization_id = ${organizationId} AND x.session_hash = s.token_hash
    WHERE s.account_id = ${accountId} AND s.expires_at > ${member.now} AND s.last_seen_at > ${member.idleSince}
      AND ${isItsBusiness(member)}
    ORDER BY "lastSeenAt" DESC, s.session_id`.execute(tx);
  return rows;
}

/** Ends one of them, or with `sessionId` null all; answers how many there were. */
export async function endMemberSessions(
  tx: Tx,
  member: MemberAccount,
  sessionId: string | null,
): Promise<number> {
  const which = sessionId === null ? sql`true` : sql`s.session_id = ${sessionId}::uuid`;
  const { rows } = await sql`
    DELETE FROM sessions s WHERE s.account_id = ${member.accountId} AND ${which} AND ${isItsBusiness(member)}
    RETURNING s.session_id`.execute(tx);
  return rows.length;
}

function isItsBusiness({ organizationId, accountId }: MemberAccount): RawBuilder<boolean> {
  return sql`(
    NOT EXISTS (SELECT FROM account_organizations o
      WHERE o.account_id = ${accountId} AND o.organization_id <> ${organizationId} AND o.status = 'active')
    OR EXISTS (SELECT FROM session_uses b WHERE b.organization_id = ${organizationId} AND b.session_hash = s.token_hash))`;
}
