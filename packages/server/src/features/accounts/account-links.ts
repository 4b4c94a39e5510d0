/** Links to an account: their tokens, and the rows that decide whether one works. */
import type { Principal } from "../../auth/authority.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import { hashToken, type Secrets } from "../../ports/secrets.ts";

/** What a link is for. It is refused for everything else. */
export type LinkPurpose = "password-reset" | "confirm-email" | "undo-email" | "secure-account";

/** A user manager who got a link to another person's account. */
export interface LinkManager extends Principal {
  readonly organizationId: string;
}

/** A link to create. */
export interface NewLink {
  /** Its token is derived from this. */
  readonly id: string;
  readonly purpose: LinkPurpose;
  readonly accountId: string;
  /** The account's address for a reset or to secure the account, the new one to confirm, the old one to restore. */
  readonly email: string;
  /**
   * Set when a user manager gets the link. Then it works only while the account belongs to the manager's organization alone,
   * and the manager may act on the user.
   */
  readonly manager?: LinkManager;
  /** To secure the account: second factors that were added then or later are removed. */
  readonly removesSince?: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A link as it is stored. */
export interface StoredLink {
  readonly accountId: string;
  readonly email: string;
  readonly manager: LinkManager | null;
  readonly createdAt: Date;
  /** Only of a link to secure the account. */
  readonly removesSince: Date | null;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

/** The pages of the panel that use the links. */
const pages: Readonly<Record<LinkPurpose, string>> = {
  "password-reset": "reset",
  "confirm-email": "confirm-email",
  "undo-email": "undo-email",
  "secure-account": "secure-account",
};

/**
 * The token of a link, derived from the secret key: each attempt to send an email has the same one, and neither the
 * outbox nor the database contains it. One purpose, one key, so that no token is valid for two.
 */
function createToken(secrets: Pick<Secrets, "sign">, purpose: LinkPurpose, linkId: string): string {
  return secrets.sign(`link ${purpose}`, linkId);
}

/** The URL of a link. The token is in the fragment, which is not sent to servers and not logged. */
export function createUrl(
  secrets: Pick<Secrets, "sign">,
  publicUrl: string,
  { id, purpose }: Pick<NewLink, "id" | "purpose">,
): string {
  return `${publicUrl}/${pages[purpose]}#${createToken(secrets, purpose, id)}`;
}

/** Stores a link. Returns false if it is stored already. */
export async function insertLink(tx: Tx, secrets: Pick<Secrets, "sign">, link: NewLink): Promise<boolean> {
  const { id, purpose, accountId, email, manager = null, removesSince = null, createdAt, expiresAt } = link;
  const tokenHash = hashToken(createToken(secrets, purpose, id));
  const { rows } = await tx.query(sql`
    INSERT INTO account_links (token_hash, link_id, purpose, account_id, email, organization_id, creator_type, creator_id,
      removes_since, created_at, expires_at)
    VALUES (${tokenHash}, ${id}, ${purpose}, ${accountId}, ${email}, ${manager?.organizationId ?? null},
      ${manager?.type ?? null}, ${manager?.id ?? null}, ${removesSince}, ${createdAt}, ${expiresAt})
    ON CONFLICT DO NOTHING RETURNING 1`);
  return rows.length === 1;
}

/** The columns of a link. */
const linkColumns = sql`
  account_id AS "accountId", email, created_at AS "createdAt", removes_since AS "removesSince", expires_at AS "expiresAt", used_at AS "usedAt",
  CASE WHEN organization_id IS NOT NULL THEN
    jsonb_build_object('organizationId', organization_id, 'type', creator_type, 'id', creator_id) END AS manager`;

/** The link of a token and a purpose, used or not; null for any other token. */
export async function findLink(tx: Tx, purpose: LinkPurpose, token: string): Promise<StoredLink | null> {
  const { rows } = await tx.query(sql<StoredLink>`
    SELECT ${linkColumns} FROM account_links WHERE token_hash = ${hashToken(token)} AND purpose = ${purpose}`);
  return rows[0] ?? null;
}

/** Whether a stored link still works: an email that is sent again must not have a dead one. */
export async function isLinkLive(tx: Tx, linkId: string, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM account_links WHERE link_id = ${linkId} AND used_at IS NULL AND expires_at > ${now}`);
  return rows.length === 1;
}

/** Whether the change of an account's address since an instant can still be undone by the owner of an earlier address. */
export async function isUndoLive(
  tx: Tx,
  { accountId, email, since, now }: Readonly<{ accountId: string; email: string; since: Date; now: Date }>,
): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM account_links
    WHERE account_id = ${accountId} AND purpose = 'undo-email' AND email = ${email} AND created_at >= ${since}
      AND used_at IS NULL AND expires_at > ${now}`);
  return rows.length > 0;
}

/** Marks a link used and returns it, to one of several concurrent calls and only before the expiry; null to others. */
export async function claimLink(
  tx: Tx,
  purpose: LinkPurpose,
  token: string,
  now: Date,
): Promise<StoredLink | null> {
  const { rows } = await tx.query(sql<StoredLink>`
    WITH claimed AS (
      UPDATE account_links SET used_at = ${now}
      WHERE token_hash = ${hashToken(token)} AND purpose = ${purpose} AND used_at IS NULL AND expires_at > ${now}
      RETURNING *)
    SELECT ${linkColumns} FROM claimed`);
  return rows[0] ?? null;
}

/** Which links of an account end. */
interface EndedLinks {
  readonly purposes: readonly LinkPurpose[];
  readonly now: Date;
  /** This link stays. */
  readonly exceptId?: string;
  /** Only links that were created then or later. */
  readonly since?: Date;
}

/** Ends unused links of an account: they count as expired. */
export async function endLinks(tx: Tx, accountId: string, ended: EndedLinks): Promise<void> {
  const { purposes, now, exceptId = null, since = null } = ended;
  await tx.query(sql`
    UPDATE account_links SET expires_at = ${now}
    WHERE account_id = ${accountId} AND purpose = ANY(${purposes}::text[]) AND used_at IS NULL AND expires_at > ${now}
      AND link_id IS DISTINCT FROM ${exceptId}::uuid
      AND (${since}::timestamptz IS NULL OR created_at >= ${since}::timestamptz)`);
}
