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

/** Writes the code down if its panel is registered; false if it isn't. */
export async function insertOffer(tx: Tx, organizationId: string, offer: Offer): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO panel_sessions (organization_id, panel_session_id, user_id, session_hash, origin, code_hash, state_hash,
      code_expires_at, created_at, ip, user_agent)
    SELECT ${organizationId}, ${offer.id}, ${offer.userId}, s.token_hash, ${offer.origin}, ${offer.codeHash},
      ${offer.stateHash}, ${offer.expiresAt}, ${offer.now}, ${offer.ip}, ${offer.userAgent}
    FROM organizations o
    JOIN sessions s ON s.account_id = ${offer.accountId} AND s.session_id = ${offer.sessionId}
    WHERE o.organization_id = ${organizationId} AND ${offer.origin} = ANY (o.panel_origins)
    RETURNING panel_session_id`.execute(tx);
  return rows.length === 1;
}

/** What redeems a code: all of it has to fit. */
export interface Redemption {
  readonly codeHash: string;
  readonly stateHash: string;
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

/** Redeems a code, once, while its panel is registered, its user active and its session alive; otherwise null. */
export async function redeem(
  tx: Tx,
  organizationId: string,
  { codeHash, stateHash, origin, tokenHash, now, idleSince }: Redemption,
): Promise<Redeemed | null> {
  const { rows } = await sql<Redeemed>`
    UPDATE panel_sessions p SET token_hash = ${tokenHash}
    FROM users u, organizations o, sessions s
    WHERE p.organization_id = ${organizationId} AND p.code_hash = ${codeHash} AND p.token_hash IS NULL
      AND p.code_expires_at > ${now} AND p.state_hash = ${stateHash} AND p.origin = ${origin}
      AND u.organization_id = ${organizationId} AND u.user_id = p.user_id AND u.status = 'active'
      AND o.organization_id = ${organizationId} AND p.origin = ANY (o.panel_origins)
      AND s.token_hash = p.session_hash AND s.expires_at > ${now} AND s.last_seen_at > ${idleSince}
    RETURNING p.panel_session_id AS id, p.session_hash AS "sessionHash", p.ip, p.user_agent AS "userAgent",
      u.user_id AS "userId", u.name, s.expires_at AS "expiresAt"`.execute(tx);
  return rows[0] ?? null;
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
