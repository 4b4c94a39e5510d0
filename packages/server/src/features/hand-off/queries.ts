/** Every statement on panel sessions but for the one that asks whose token it is (http/memberships.ts). */
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";

/** A code about to be offered. */
export interface Offer {
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

/** Writes the code down if its panel is registered and the user has agreed to go there; false otherwise. */
export async function insertOffer(tx: Tx, organizationId: string, offer: Offer): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO panel_sessions (organization_id, panel_session_id, user_id, session_hash, origin, code_hash, state_hash,
      code_expires_at, created_at, ip, user_agent)
    SELECT ${organizationId}, ${offer.id}, ${offer.userId}, s.token_hash, ${offer.origin}, ${offer.codeHash},
      ${offer.stateHash}, ${offer.expiresAt}, ${offer.now}, ${offer.ip}, ${offer.userAgent}
    FROM organizations o
    JOIN panel_consents c ON c.organization_id = ${organizationId} AND c.user_id = ${offer.userId}
      AND c.origin = ${offer.origin}
    JOIN sessions s ON s.account_id = ${offer.accountId} AND s.session_id = ${offer.sessionId}
    WHERE o.organization_id = ${organizationId} AND ${offer.origin} = ANY (o.panel_origins)
    RETURNING panel_session_id`.execute(tx);
  return rows.length === 1;
}

/** Whether the organization lists the panel. */
export async function isRegistered(tx: Tx, organizationId: string, origin: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM organizations
    WHERE organization_id = ${organizationId} AND ${origin} = ANY (panel_origins)`.execute(tx);
  return rows.length === 1;
}

/**
 * Writes down that a user agreed to go to a panel, if it is registered; false if it isn't, or if they had agreed before. The
 * organization is locked, so that nobody takes the panel off the list meanwhile and leaves the consent behind.
 */
export async function insertConsent(
  tx: Tx,
  organizationId: string,
  { userId, origin, now }: Pick<Offer, "userId" | "origin" | "now">,
): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO panel_consents (organization_id, user_id, origin, consented_at)
    SELECT ${organizationId}, ${userId}, ${origin}, ${now}
    FROM organizations o WHERE o.organization_id = ${organizationId} AND ${origin} = ANY (o.panel_origins)
    FOR SHARE OF o
    ON CONFLICT DO NOTHING RETURNING origin`.execute(tx);
  return rows.length === 1;
}

/** What redeems a code: all of it has to fit. */
export interface Redemption {
  readonly codeHash: string;
  /** Null where the browser has kept no state: nothing fits then. */
  readonly stateHash: string | null;
  readonly origin: string;
  readonly tokenHash: string;
  readonly now: Date;
  readonly idleSince: Date;
}

/** Whose panel session it is, and the browser that had asked for it. */
export interface PanelVisitor {
  readonly userId: string;
  readonly name: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** A code that became a panel session. */
export interface Redeemed extends PanelVisitor {
  readonly id: string;
  readonly sessionHash: string;
  /** Of the session that it hangs on. */
  readonly expiresAt: Date;
}

/**
 * Redeems a code while its panel is registered, its user active and its session alive; otherwise null. Whatever comes of it,
 * the code is used up by this one statement: nobody who has got hold of one can try a second state.
 */
export async function redeem(
  tx: Tx,
  organizationId: string,
  { codeHash, stateHash, origin, tokenHash, now, idleSince }: Redemption,
): Promise<Redeemed | null> {
  const { rows } = await sql<Redeemed & { readonly isRedeemed: boolean }>`
    UPDATE panel_sessions p SET code_used_at = ${now}, token_hash = CASE
      WHEN p.code_expires_at > ${now} AND p.state_hash = ${stateHash}::text AND p.origin = ${origin}
        AND u.status = 'active' AND c.origin = ANY (o.panel_origins)
        AND s.expires_at > ${now} AND s.last_seen_at > ${idleSince}
      THEN ${tokenHash}::text END
    FROM panel_sessions c
    LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = c.user_id
    LEFT JOIN organizations o ON o.organization_id = ${organizationId}
    LEFT JOIN sessions s ON s.token_hash = c.session_hash
    WHERE p.organization_id = ${organizationId} AND p.code_hash = ${codeHash} AND p.code_used_at IS NULL
      AND c.organization_id = ${organizationId} AND c.panel_session_id = p.panel_session_id
    RETURNING p.token_hash IS NOT NULL AS "isRedeemed", p.panel_session_id AS id, p.session_hash AS "sessionHash", p.ip,
      p.user_agent AS "userAgent", u.user_id AS "userId", u.name, s.expires_at AS "expiresAt"`.execute(tx);
  const [row] = rows;
  return row?.isRedeemed === true ? row : null;
}

/** Ends what the same browser had at the same panel before: its cookie is about to be replaced. */
export async function endEarlier(
  tx: Tx,
  organizationId: string,
  { id, userId, sessionHash, origin }: Redeemed & Pick<Redemption, "origin">,
): Promise<void> {
  await sql`
    DELETE FROM panel_sessions WHERE organization_id = ${organizationId} AND user_id = ${userId}
      AND session_hash = ${sessionHash} AND origin = ${origin} AND token_hash IS NOT NULL
      AND panel_session_id <> ${id}`.execute(tx);
}

/** Ends the panel session of a token; whose it was, or null. */
export async function endPanelSession(
  tx: Tx,
  organizationId: string,
  { tokenHash, origin }: Pick<Redemption, "tokenHash" | "origin">,
): Promise<PanelVisitor | null> {
  const { rows } = await sql<PanelVisitor>`
    DELETE FROM panel_sessions p USING users u
    WHERE p.organization_id = ${organizationId} AND p.token_hash = ${tokenHash} AND p.origin = ${origin}
      AND u.organization_id = ${organizationId} AND u.user_id = p.user_id
    RETURNING u.user_id AS "userId", u.name, p.ip, p.user_agent AS "userAgent"`.execute(tx);
  return rows[0] ?? null;
}
