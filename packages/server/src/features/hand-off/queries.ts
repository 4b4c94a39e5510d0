/** SQL of panel sessions, except the lookup of a token (auth/memberships.ts). */

import { findUnmetRule } from "../../auth/security-rules.ts";
import { endInOrganization, isSessionOpenInOrganization } from "../../auth/session-limits.ts";
import type { Tx } from "../../db/database.ts";
import { prepare, sql } from "../../db/sql.ts";

/** A new authorization code. */
export interface AuthorizationCode {
  readonly id: string;
  readonly userId: string;
  readonly accountId: string;
  readonly sessionId: string;
  readonly origin: string;
  readonly codeHash: string;
  readonly stateHash: string;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Inserts the code if its panel is registered and the user has consented; false otherwise. */
export async function insertCode(tx: Tx, organizationId: string, code: AuthorizationCode): Promise<boolean> {
  const { rows } = await tx.query(sql`${prepare("insertCode")}
    INSERT INTO panel_sessions (organization_id, panel_session_id, user_id, session_hash, origin, code_hash, state_hash,
      code_expires_at, created_at, ip, user_agent)
    SELECT o.organization_id, ${code.id}, ${code.userId}, s.token_hash, ${code.origin}, ${code.codeHash},
      ${code.stateHash}, ${code.expiresAt}, ${code.now}, ${code.ip}, ${code.userAgent}
    FROM organizations o
    JOIN panel_consents c ON c.organization_id = ${organizationId} AND c.user_id = ${code.userId}
      AND c.origin = ${code.origin}
    JOIN sessions s ON s.account_id = ${code.accountId} AND s.session_id = ${code.sessionId}
    WHERE o.organization_id = ${organizationId} AND ${code.origin} = ANY (o.panel_origins)
    RETURNING 1`);
  return rows.length === 1;
}

/** Whether the organization lists the panel. */
export async function isPanelRegistered(tx: Tx, organizationId: string, origin: string): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM organizations
    WHERE organization_id = ${organizationId} AND ${origin} = ANY (panel_origins)`);
  return rows.length === 1;
}

/**
 * Records the user's consent to a registered panel; false if the panel isn't registered or the consent exists. The organization
 * is locked, so that the panel can't be removed at the same time and leave the consent behind.
 */
export async function insertConsent(
  tx: Tx,
  organizationId: string,
  { userId, origin, now }: Pick<AuthorizationCode, "userId" | "origin" | "now">,
): Promise<boolean> {
  const { rows } = await tx.query(sql`${prepare("insertConsent")}
    INSERT INTO panel_consents (organization_id, user_id, origin, consented_at)
    SELECT o.organization_id, ${userId}, ${origin}, ${now}
    FROM organizations o WHERE o.organization_id = ${organizationId} AND ${origin} = ANY (o.panel_origins)
    FOR SHARE OF o
    ON CONFLICT DO NOTHING RETURNING origin`);
  return rows.length === 1;
}

/** Everything that has to match for a code to be redeemed. */
export interface Redemption {
  readonly codeHash: string;
  /** Null without a state cookie: never matches. */
  readonly stateHash: string | null;
  readonly origin: string;
  readonly tokenHash: string;
  readonly now: Date;
}

/** The user of a panel session, and the client that requested its code. */
export interface PanelVisitor {
  readonly userId: string;
  readonly name: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A code that became a panel session. */
export interface RedeemedCode extends PanelVisitor {
  readonly id: string;
  readonly sessionHash: string;
  /** When the Gatehouse session that it depends on ends in the organization. */
  readonly expiresAt: Date;
}

/** The joined columns are null if the user or the session is gone; the code isn't redeemed then. */
type RedemptionRow = (RedeemedCode & { readonly isRedeemed: true }) | { readonly isRedeemed: false };

/**
 * Redeems a code if its panel is registered, its user active, and its Gatehouse session valid and accepted by the organization; otherwise null. The same statement
 * always uses up the code, so a stolen code can't be tried with a second state.
 */
export async function redeemCodeRow(
  tx: Tx,
  organizationId: string,
  { codeHash, stateHash, origin, tokenHash, now }: Redemption,
): Promise<RedeemedCode | null> {
  const { rows } = await tx.query(sql<RedemptionRow>`
    WITH checked AS MATERIALIZED (
      SELECT c.panel_session_id, u.user_id, u.name, ${endInOrganization} AS expires_at,
        c.code_expires_at > ${now} AND c.state_hash = ${stateHash}::text AND c.origin = ${origin}
          AND u.status = 'active' AND c.origin = ANY (o.panel_origins)
          AND ${isSessionOpenInOrganization(now)} AND ${findUnmetRule(now, sql`c.ip`)} IS NULL AS is_valid
      FROM panel_sessions c
      LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = c.user_id
      LEFT JOIN organizations o ON o.organization_id = ${organizationId}
      LEFT JOIN sessions s ON s.token_hash = c.session_hash
      LEFT JOIN accounts a ON a.account_id = s.account_id
      WHERE c.organization_id = ${organizationId} AND c.code_hash = ${codeHash}),
    redeemed AS (
      UPDATE panel_sessions p SET code_used_at = ${now}, token_hash = CASE WHEN k.is_valid THEN ${tokenHash}::text END
      FROM checked k
      WHERE p.organization_id = ${organizationId} AND p.panel_session_id = k.panel_session_id AND p.code_used_at IS NULL
      RETURNING p.panel_session_id, p.token_hash, p.session_hash, p.ip, p.user_agent)
    SELECT r.token_hash IS NOT NULL AS "isRedeemed", r.panel_session_id AS id, r.session_hash AS "sessionHash", r.ip,
      r.user_agent AS "userAgent", k.user_id AS "userId", k.name, k.expires_at AS "expiresAt"
    FROM redeemed r JOIN checked k ON k.panel_session_id = r.panel_session_id`);
  const [row] = rows;
  return row?.isRedeemed === true ? row : null;
}

/** Deletes the browser's earlier sessions at the panel, whose cookie is being replaced. */
export async function deleteEarlierSessions(
  tx: Tx,
  organizationId: string,
  { id, userId, sessionHash, origin }: RedeemedCode & Pick<Redemption, "origin">,
): Promise<void> {
  await tx.query(sql`
    DELETE FROM panel_sessions WHERE organization_id = ${organizationId} AND user_id = ${userId}
      AND session_hash = ${sessionHash} AND origin = ${origin} AND token_hash IS NOT NULL
      AND panel_session_id <> ${id}`);
}

/** Deletes the panel session of a token and returns its user, or null. */
export async function deletePanelSession(
  tx: Tx,
  organizationId: string,
  { tokenHash, origin }: Pick<Redemption, "tokenHash" | "origin">,
): Promise<PanelVisitor | null> {
  const { rows } = await tx.query(sql<PanelVisitor>`
    DELETE FROM panel_sessions p USING users u
    WHERE p.organization_id = ${organizationId} AND p.token_hash = ${tokenHash} AND p.origin = ${origin}
      AND u.organization_id = ${organizationId} AND u.user_id = p.user_id
    RETURNING u.user_id AS "userId", u.name, p.ip, p.user_agent AS "userAgent"`);
  return rows[0] ?? null;
}
