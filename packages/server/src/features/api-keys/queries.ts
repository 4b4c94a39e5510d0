/** Statements on API keys. */
import type { ApiKeyStatus } from "@gatehouse/sdk/contract";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../database/database.ts";

/** A key about to be written. */
export interface KeyToInsert {
  readonly id: string;
  readonly name: string;
  readonly secretHash: string;
  readonly permissions: readonly string[] | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** A key as it is stored, with what is known of its creator. */
export interface StoredApiKey extends Omit<KeyToInsert, "secretHash"> {
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly creatorName: string | null;
  readonly creatorStatus: "active" | "suspended" | null;
}

/** Writes a key. */
export async function insertApiKey(tx: Tx, organizationId: string, key: KeyToInsert): Promise<void> {
  await sql`
    INSERT INTO api_keys
      (organization_id, api_key_id, name, secret_hash, permissions, created_by, created_at, expires_at)
    VALUES (${organizationId}, ${key.id}, ${key.name}, ${key.secretHash}, ${key.permissions}::text[], ${key.createdBy},
      ${key.createdAt}, ${key.expiresAt})`.execute(tx);
}

const columns = sql`
  k.api_key_id AS id, k.name, k.permissions, k.created_by AS "createdBy", k.created_at AS "createdAt",
  k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt",
  u.name AS "creatorName", u.status AS "creatorStatus"`;

const withStatus = (status: ApiKeyStatus | null, now: Date): RawBuilder<boolean> => {
  if (status === "revoked") return sql`k.revoked_at IS NOT NULL`;
  if (status === "expired") return sql`k.revoked_at IS NULL AND k.expires_at <= ${now}`;
  if (status === "active")
    return sql`k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now})`;
  return sql`true`;
};

/** Keys, the newest first: their ids rise with time. */
export async function listStoredKeys(
  tx: Tx,
  organizationId: string,
  query: {
    readonly status: ApiKeyStatus | null;
    readonly before: string | null;
    readonly limit: number;
    readonly now: Date;
  },
): Promise<readonly StoredApiKey[]> {
  const { status, before, limit, now } = query;
  const { rows } = await sql<StoredApiKey>`
    SELECT ${columns}
    FROM api_keys k LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = k.created_by
    WHERE k.organization_id = ${organizationId} AND ${withStatus(status, now)}
      AND ${before === null ? sql`true` : sql`k.api_key_id < ${before}::uuid`}
    ORDER BY k.api_key_id DESC LIMIT ${limit}`.execute(tx);
  return rows;
}

/** How many keys there are, counted no further than `most`. */
export async function countKeys(
  tx: Tx,
  organizationId: string,
  query: { readonly status: ApiKeyStatus | null; readonly now: Date; readonly most: number },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM api_keys k
      WHERE k.organization_id = ${organizationId} AND ${withStatus(query.status, query.now)}
      LIMIT ${query.most}) AS counted`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Revokes a key that is not revoked yet: of several who do it at once, one is told its name. */
export async function revokeStoredKey(
  tx: Tx,
  organizationId: string,
  key: { readonly id: string; readonly now: Date },
): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`
    UPDATE api_keys SET revoked_at = ${key.now}
    WHERE organization_id = ${organizationId} AND api_key_id = ${key.id} AND revoked_at IS NULL
    RETURNING name`.execute(tx);
  return rows[0]?.name ?? null;
}

/** Whether there is such a key, revoked or not. */
export async function hasKey(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM api_keys WHERE organization_id = ${organizationId} AND api_key_id = ${id}`.execute(tx);
  return rows.length === 1;
}
