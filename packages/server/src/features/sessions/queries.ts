/** SQL for sessions. */

import type { UserSession } from "@gatehouse/sdk/contract";
import { isSessionOpen, sessionEnd } from "../../auth/session-limits.ts";
import type { Tx } from "../../db/database.ts";
import { named, prepare, type Statement, sql } from "../../db/sql.ts";

/** A session to insert. */
export interface NewSession {
  readonly id: string;
  readonly tokenHash: string;
  readonly accountId: string;
  readonly now: Date;
  /** The session that it replaces: its age, its end and what it says about the authentication stay. */
  readonly replaced: Authentication | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: SessionMethod;
  /** Whether the person has passed a second factor. */
  readonly twoFactor: boolean;
}

/** How a session was opened: the last step of the sign-in, or what took its place. */
export type SessionMethod = UserSession["method"];

/** Inserts a session, and returns when it ends. */
export async function insertSession(tx: Tx, session: NewSession): Promise<Date> {
  const { id, tokenHash, accountId, now, replaced, ip, userAgent, method, twoFactor } = session;
  const startedAt = replaced?.startedAt ?? now;
  const { rows } = await tx.query(sql<{ expiresAt: Date }>`${named("insertSession")}
    INSERT INTO sessions AS s (token_hash, session_id, account_id, created_at, last_seen_at, expires_at, ip, user_agent,
      authenticated_at, longest_idle, method, two_factor)
    SELECT ${tokenHash}::text, ${id}::uuid, ${accountId}::uuid, ${startedAt}::timestamptz, ${now}::timestamptz,
      GREATEST(${sessionEnd(startedAt, sql`l.days`)}, ${replaced?.expiresAt ?? null}::timestamptz), ${ip}::text,
      ${userAgent}::text, ${replaced?.at ?? null}::timestamptz, ${replaced?.longestIdle ?? "0"}::interval,
      ${replaced?.method ?? method}::text, ${replaced?.twoFactor ?? twoFactor}::boolean
    FROM (SELECT max(m.session_max_days) AS days FROM account_organizations m
      WHERE m.account_id = ${accountId} AND m.status = 'active') l
    RETURNING s.expires_at AS "expiresAt"`);
  return rows[0]?.expiresAt ?? now;
}

/** How and when the person of a session authenticated. */
export interface Authentication {
  /** When they signed in. */
  readonly startedAt: Date;
  readonly expiresAt: Date;
  /** When they last entered a password or a second factor, or used a passkey. */
  readonly at: Date;
  readonly method: SessionMethod;
  /** Whether they have passed a second factor. */
  readonly twoFactor: boolean;
  /** Whether the account has a second factor. */
  readonly hasSecondFactor: boolean;
  readonly longestIdle: string;
}

/** How the person of a session authenticated; null if there is no such session. */
export async function findAuthentication(
  tx: Tx,
  accountId: string,
  sessionId: string,
): Promise<Authentication | null> {
  const { rows } = await tx.query(sql<Authentication>`${named("findAuthentication")}
    SELECT LEAST(s.created_at, s.authenticated_at) AS "startedAt", s.expires_at AS "expiresAt",
      COALESCE(s.authenticated_at, s.created_at) AS at, s.method, s.two_factor AS "twoFactor",
      a.two_factor AS "hasSecondFactor", s.longest_idle::text AS "longestIdle"
    FROM sessions s JOIN accounts a ON a.account_id = s.account_id
    WHERE s.account_id = ${accountId} AND s.session_id = ${sessionId}`);
  return rows[0] ?? null;
}

/**
 * Notes that the person of a session has just authenticated in it. That is a use of it, too: the record of uses skips the row while
 * it is locked here.
 */
export async function markAuthenticated(
  tx: Tx,
  {
    accountId,
    sessionId,
    twoFactor,
    now,
  }: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly twoFactor: boolean;
    readonly now: Date;
  },
): Promise<void> {
  await tx.query(sql`${named("markAuthenticated")}
    UPDATE sessions SET authenticated_at = ${now}, two_factor = two_factor OR ${twoFactor}, wrong_confirmations = 0,
      longest_idle = GREATEST(longest_idle, ${now}::timestamptz - last_seen_at), last_seen_at = GREATEST(last_seen_at, ${now})
    WHERE account_id = ${accountId} AND session_id = ${sessionId}`);
}

/**
 * Ends one session of an account, or all if `sessionId` is null, with the sign-ins that wait for the second factor. Returns
 * the number of ended sessions. Lock the account before all end: a session that is being replaced is ended, too, then.
 */
export async function endSessions(tx: Tx, accountId: string, sessionId: string | null): Promise<number> {
  const { rows } = await tx.query(
    sessionId === null
      ? sql`${endChallenges(accountId)} DELETE FROM sessions WHERE account_id = ${accountId} RETURNING session_id`
      : sql`DELETE FROM sessions WHERE account_id = ${accountId} AND session_id = ${sessionId}::uuid
          RETURNING session_id`,
  );
  return rows.length;
}

/**
 * Ends all sessions of an account except one, and the sign-ins that wait for the second factor. Returns the number of ended
 * sessions. Lock the account before.
 */
export async function endOtherSessions(tx: Tx, accountId: string, keptId: string): Promise<number> {
  const { rows } = await tx.query(sql`${named("endOtherSessions")}
    ${endChallenges(accountId)}
    DELETE FROM sessions WHERE account_id = ${accountId} AND session_id <> ${keptId}::uuid
    RETURNING session_id`);
  return rows.length;
}

/** The beginning of a statement that ends sessions. */
function endChallenges(accountId: string): Statement {
  return sql`WITH challenges AS (DELETE FROM sign_in_challenges WHERE account_id = ${accountId})`;
}

/** IP addresses of the open sessions of an account. */
export async function listAddresses(
  tx: Tx,
  query: { readonly accountId: string; readonly now: Date },
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ ip: string }>`${named("listAddresses")}
    SELECT DISTINCT s.ip FROM sessions s
    WHERE s.account_id = ${query.accountId} AND ${isSessionOpen(query.now, sql`k.account_id = ${query.accountId}`)} AND s.ip IS NOT NULL`);
  return rows.map((row) => row.ip);
}

/**
 * Ends the sessions of accounts after the organization has suspended or removed their users, except of an account that is an
 * active user of another organization, and sign-ins that wait for the second factor. The cookies of the sessions are remembered,
 * so that the person can be told why.
 */
export async function endSessionsWithoutMembership(
  tx: Pick<Tx, "deferToCommit">,
  {
    organizationId,
    accountIds,
    now,
  }: { readonly organizationId: string; readonly accountIds: readonly string[]; readonly now: Date },
): Promise<void> {
  if (accountIds.length === 0) return;
  tx.deferToCommit(sql`${prepare("endSessionsWithoutMembership")}
    WITH lost AS MATERIALIZED (
      SELECT w.account_id FROM unnest(${accountIds}::uuid[]) AS w(account_id)
      WHERE w.account_id NOT IN (
        SELECT m.account_id FROM account_organizations m
        WHERE m.account_id = ANY(${accountIds}::uuid[]) AND m.organization_id <> ${organizationId} AND m.status = 'active')),
    ended AS (
      DELETE FROM sessions s USING lost l WHERE s.account_id = l.account_id RETURNING s.token_hash, s.account_id),
    challenges AS (
      DELETE FROM sign_in_challenges c USING lost l WHERE c.account_id = l.account_id),
    remembered AS (
      INSERT INTO ended_sessions (token_hash, account_id, organization_id, organization_name, ended_at)
      SELECT e.token_hash, e.account_id, o.organization_id, o.name, ${now}::timestamptz
      FROM ended e, organizations o WHERE o.organization_id = ${organizationId}
      ON CONFLICT DO NOTHING)
    SELECT count(*) FROM lost`);
}

/**
 * Why the session of a cookie ended: its organization has suspended or removed the user. Null for every other token, and
 * once the user is active again.
 */
export async function findLostAccess(tx: Tx, tokenHash: string): Promise<LostAccess | null> {
  const { rows } = await tx.query(sql<LostAccess>`${named("findLostAccess")}
    SELECT CASE WHEN a.status IS NULL THEN 'removed' ELSE 'suspended' END AS reason,
      e.organization_name AS organization
    FROM ended_sessions e
    LEFT JOIN account_organizations a ON a.account_id = e.account_id AND a.organization_id = e.organization_id
    WHERE e.token_hash = ${tokenHash} AND a.status IS DISTINCT FROM 'active'`);
  return rows[0] ?? null;
}

/** What happened to a user, and in which organization. */
interface LostAccess {
  readonly reason: "suspended" | "removed";
  readonly organization: string;
}

/** An open session. */
export interface OpenSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: SessionMethod;
}

/** The open sessions of an account, the last used first. */
export async function listOpenSessions(
  tx: Tx,
  account: { readonly accountId: string; readonly now: Date },
): Promise<readonly OpenSession[]> {
  const { rows } = await tx.query(sql<OpenSession>`${named("listOpenSessions")}
    SELECT s.session_id AS id, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.ip, s.user_agent AS "userAgent",
      s.method
    FROM sessions s
    WHERE s.account_id = ${account.accountId} AND ${isSessionOpen(account.now, sql`k.account_id = ${account.accountId}`)}
    ORDER BY s.last_seen_at DESC, s.session_id`);
  return rows;
}

/**
 * An account and one of its organizations. A session belongs to the account. If the account is active in several
 * organizations, each of them sees and ends only the sessions that were used there.
 */
export interface MemberAccount {
  readonly organizationId: string;
  readonly accountId: string;
}

/** The open sessions that the organization may see, the last used first. Doesn't reveal use in other organizations. */
export async function listMemberSessions(
  tx: Tx,
  member: MemberAccount & { readonly now: Date },
): Promise<readonly OpenSession[]> {
  const { organizationId, accountId } = member;
  const { rows } = await tx.query(sql<OpenSession>`${named("listMemberSessions")}
    SELECT s.session_id AS id, s.created_at AS "createdAt", COALESCE(x.last_used_at, s.last_seen_at) AS "lastSeenAt",
      s.ip, s.user_agent AS "userAgent", s.method
    FROM sessions s
    LEFT JOIN session_uses x ON x.organization_id = ${organizationId} AND x.session_hash = s.token_hash
    WHERE s.account_id = ${accountId} AND ${isSessionOpen(member.now, sql`k.account_id = ${accountId}`)}
      AND ${isVisibleToOrganization(member)}
    ORDER BY "lastSeenAt" DESC, s.session_id`);
  return rows;
}

/** Ends one of these sessions, or all if `sessionId` is null. Returns the number of ended sessions. */
export async function endMemberSessions(
  tx: Tx,
  member: MemberAccount,
  sessionId: string | null,
): Promise<number> {
  const which = sessionId === null ? sql`true` : sql`s.session_id = ${sessionId}::uuid`;
  const { rows } = await tx.query(sql`${named("endMemberSessions")}
    WITH visible AS MATERIALIZED (
      SELECT s.session_id FROM sessions s
      WHERE s.account_id = ${member.accountId} AND ${which} AND ${isVisibleToOrganization(member)})
    DELETE FROM sessions d USING visible v WHERE d.account_id = ${member.accountId} AND d.session_id = v.session_id
    RETURNING d.session_id`);
  return rows.length;
}

function isVisibleToOrganization({ organizationId, accountId }: MemberAccount): Statement {
  return sql`(
    NOT EXISTS (SELECT 1 FROM account_organizations o
      WHERE o.account_id = ${accountId} AND o.organization_id <> ${organizationId} AND o.status = 'active')
    OR EXISTS (SELECT 1 FROM session_uses b WHERE b.organization_id = ${organizationId} AND b.session_hash = s.token_hash))`;
}
