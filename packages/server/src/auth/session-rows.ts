/** A session, and what its account may do in one organization: read for every request, in one statement. */
import type { Language, UnmetRule } from "@gatehouse/sdk/contract";
import type { Tx } from "../db/database.ts";
import { prepare, type Statement, sql } from "../db/sql.ts";
import { type MembershipRow, membershipColumns } from "./memberships.ts";
import { findUnmetRule, twoFactorDueAt } from "./security-rules.ts";
import { endInOrganization, isSessionOpen, isSessionOpenInOrganization } from "./session-limits.ts";

/** A session's account and, inside an organization, its user. */
export interface SessionRow {
  readonly sessionId: string;
  readonly accountId: string;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly email: string;
  readonly accountName: string;
  readonly language: Language;
}

const sessionColumns = sql`
  s.session_id AS "sessionId", s.account_id AS "accountId", s.last_seen_at AS "lastSeenAt",
  a.email, a.name AS "accountName", a.language`;

/** What the organization says about a session of user `u`, where `address` is the text of the client's address. */
const sessionInOrganization = (now: Date, address: Statement) => sql`
  COALESCE(${endInOrganization}, s.expires_at) AS "expiresAt", ${findUnmetRule(now, address)} AS "unmetRule",
  ${twoFactorDueAt} AS "twoFactorDueAt"`;

/** Which session token is looked up, and when it must be live. */
export interface SessionQuery {
  readonly tokenHash: string;
  readonly now: Date;
}

/** A session that was found before, looked up by its id. */
export interface SessionIdQuery extends Omit<SessionQuery, "tokenHash"> {
  readonly accountId: string;
  readonly sessionId: string;
}

/** A session in one organization, and where its request comes from. */
type InOrganization<Query> = Query & {
  /** Null when it is unknown: then the address at which the session was opened counts. */
  readonly address: string | null;
};

/** Whether session `s` is the one that is meant, and open. */
export function isLiveSession(query: SessionQuery | SessionIdQuery): Statement {
  const isMeant =
    "tokenHash" in query
      ? sql`k.token_hash = ${query.tokenHash}`
      : sql`k.account_id = ${query.accountId} AND k.session_id = ${query.sessionId}`;
  return sql`${isSession(query)} AND ${isSessionOpen(query.now, isMeant)}`;
}

/** The same in organization `o`. */
export function isLiveInOrganization(query: SessionQuery | SessionIdQuery): Statement {
  return sql`${isSession(query)} AND ${isSessionOpenInOrganization(query.now)}`;
}

function isSession(query: SessionQuery | SessionIdQuery): Statement {
  return "tokenHash" in query
    ? sql`s.token_hash = ${query.tokenHash}`
    : sql`s.account_id = ${query.accountId} AND s.session_id = ${query.sessionId}`;
}

/** Whether the session is live and its account is an active user of the organization. */
export function isActiveSession(organizationId: string, query: SessionQuery): Statement {
  return sql`EXISTS (SELECT 1 FROM sessions s
    JOIN users m ON m.organization_id = ${organizationId} AND m.account_id = s.account_id AND m.status = 'active'
    JOIN organizations o ON o.organization_id = ${organizationId}
    WHERE ${isLiveInOrganization(query)})`;
}

/** The id of the account whose session it is, null unless that is live. */
export function accountOfSession(query: SessionQuery): Statement {
  return sql`(SELECT s.account_id FROM sessions s WHERE ${isLiveSession(query)})`;
}

/** The live session of a token, or the one with that id, outside any organization. */
export async function findSession(tx: Tx, query: SessionQuery | SessionIdQuery): Promise<SessionRow | null> {
  const { rows } = await tx.query(sql<SessionRow>`${prepare("findSession")}
    SELECT ${sessionColumns}, s.expires_at AS "expiresAt"
    FROM sessions s JOIN accounts a ON a.account_id = s.account_id
    WHERE ${isLiveSession(query)}`);
  return rows[0] ?? null;
}

/** A session with its user, requested by a panel or without naming one. */
export interface PanelSessionRow extends SessionRow, MembershipRow {
  /** Whether the organization lists the panel that was named; true where none was. */
  readonly isPanelKnown: boolean;
  /** A rule of the organization that the session doesn't meet; null if it meets all. */
  readonly unmetRule: UnmetRule | null;
  /** When the user has to have a second factor; null if that isn't required, or they have one. */
  readonly twoFactorDueAt: Date | null;
}

/** The statement for the live session of a token, or the one with that id, with its user in the organization, at a panel if one is named. */
export function sessionStatement(
  organizationId: string,
  query: InOrganization<SessionQuery | SessionIdQuery>,
  panelOrigin: string | null = null,
): Statement<PanelSessionRow> {
  const isPanelKnown =
    panelOrigin === null ? sql`true` : sql`COALESCE(${panelOrigin} = ANY (o.panel_origins), false)`;
  return sql<PanelSessionRow>`${prepare("findSessionUser")}
    SELECT ${sessionColumns}, ${membershipColumns(organizationId, query.now)}, x.last_used_at AS "lastUsedHere",
      ${isPanelKnown} AS "isPanelKnown",
      ${sessionInOrganization(query.now, sql`COALESCE(${query.address}::text, s.ip)`)}
    FROM sessions s
    JOIN accounts a ON a.account_id = s.account_id
    LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.account_id = s.account_id
    LEFT JOIN organizations o ON o.organization_id = ${organizationId}
    LEFT JOIN catalogues c ON c.organization_id = ${organizationId}
    LEFT JOIN session_uses x ON x.organization_id = ${organizationId} AND x.session_hash = s.token_hash
    WHERE ${isLiveInOrganization(query)}`;
}

/**
 * The statement for the live session behind the token of a panel's own cookie, with its user in the organization. The panel
 * has to be the one that the token was made for, and still be registered.
 */
export function panelSessionStatement(
  organizationId: string,
  query: InOrganization<SessionQuery> & { readonly panelOrigin: string },
): Statement<PanelSessionRow> {
  return sql<PanelSessionRow>`${prepare("findPanelSessionUser")}
    SELECT ${sessionColumns}, ${membershipColumns(organizationId, query.now)}, x.last_used_at AS "lastUsedHere",
      true AS "isPanelKnown", ${sessionInOrganization(query.now, sql`COALESCE(${query.address}::text, p.ip, s.ip)`)}
    FROM panel_sessions p
    JOIN sessions s ON s.token_hash = p.session_hash
    JOIN accounts a ON a.account_id = s.account_id
    JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = p.user_id AND u.account_id = s.account_id
    JOIN organizations o ON o.organization_id = ${organizationId} AND p.origin = ANY (o.panel_origins)
    LEFT JOIN catalogues c ON c.organization_id = ${organizationId}
    LEFT JOIN session_uses x ON x.organization_id = ${organizationId} AND x.session_hash = s.token_hash
    WHERE p.organization_id = ${organizationId} AND p.token_hash = ${query.tokenHash} AND p.origin = ${query.panelOrigin}
      AND ${isSessionOpenInOrganization(query.now)}`;
}
