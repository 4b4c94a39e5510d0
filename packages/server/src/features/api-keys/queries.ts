/** SQL for API keys. */
import type { ApiKeyStatus } from "@gatehouse/sdk/contract";
import { creatorStatus, operatorUserId } from "../../auth/memberships.ts";
import type { Tx } from "../../db/database.ts";
import { named, prepare, type Statement, sql } from "../../db/sql.ts";

/** A key to insert. */
export interface NewApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly secretHash: string;
  readonly permissions: readonly string[] | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** A stored key with the name and status of its creator. */
export interface StoredApiKey extends Omit<NewApiKeyRow, "secretHash"> {
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly creatorName: string | null;
  readonly creatorStatus: "active" | "suspended" | null;
}

/** Inserts a key with the commit. */
export function insertApiKey(tx: Pick<Tx, "deferToCommit">, organizationId: string, key: NewApiKeyRow): void {
  tx.deferToCommit(sql`${prepare("insertApiKey")}
    INSERT INTO api_keys
      (organization_id, api_key_id, name, secret_hash, permissions, created_by, created_at, expires_at)
    VALUES (${organizationId}, ${key.id}, ${key.name}, ${key.secretHash}, ${key.permissions}::text[], ${key.createdBy},
      ${key.createdAt}, ${key.expiresAt})`);
}

const columns = sql`
  k.api_key_id AS id, k.name, k.permissions, k.created_by AS "createdBy", k.created_at AS "createdAt",
  k.expires_at AS "expiresAt", k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt",
  CASE WHEN k.created_by = ${operatorUserId} THEN 'Operator' ELSE u.name END AS "creatorName", ${creatorStatus} AS "creatorStatus"`;

const hasStatus = (status: ApiKeyStatus | null, now: Date): Statement => {
  if (status === "revoked") return sql`k.revoked_at IS NOT NULL`;
  if (status === "expired") return sql`k.revoked_at IS NULL AND k.expires_at <= ${now}`;
  if (status === null) return sql`true`;
  const isLive = sql`k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now})`;
  return status === "active"
    ? sql`${isLive} AND ${creatorStatus} = 'active'`
    : sql`${isLive} AND ${creatorStatus} IS DISTINCT FROM 'active'`;
};

const withCreator = (organizationId: string) => sql`
  FROM api_keys k LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = k.created_by`;

/** Keys, newest first: the ids are UUIDv7 and sort by time. */
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
  const { rows } = await tx.query(sql<StoredApiKey>`${named("listStoredKeys")}
    SELECT ${columns}
    ${withCreator(organizationId)}
    WHERE k.organization_id = ${organizationId} AND ${hasStatus(status, now)}
      AND ${before === null ? sql`true` : sql`k.api_key_id < ${before}::uuid`}
    ORDER BY k.api_key_id DESC LIMIT ${limit}`);
  return rows;
}

/** Number of keys, counted up to `max`. */
export async function countKeys(
  tx: Tx,
  organizationId: string,
  query: { readonly status: ApiKeyStatus | null; readonly now: Date; readonly max: number },
): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`${named("countKeys")}
    SELECT count(*)::int AS count FROM (
      SELECT 1 ${withCreator(organizationId)}
      WHERE k.organization_id = ${organizationId} AND ${hasStatus(query.status, query.now)}
      LIMIT ${query.max}) AS counted`);
  return rows[0]?.count ?? 0;
}

/** Revokes a key and returns its name; null if it is unknown or already revoked. */
export async function revokeStoredKey(
  tx: Tx,
  organizationId: string,
  key: { readonly id: string; readonly now: Date },
): Promise<string | null> {
  const { rows } = await tx.query(sql<{ name: string }>`${prepare("revokeStoredKey")}
    UPDATE api_keys SET revoked_at = ${key.now}
    WHERE organization_id = ${organizationId} AND api_key_id = ${key.id} AND revoked_at IS NULL
    RETURNING name`);
  return rows[0]?.name ?? null;
}

/** Whether the key exists, revoked or not. */
export async function hasKey(tx: Tx, organizationId: string, id: string): Promise<boolean> {
  const { rows } = await tx.query(sql`${prepare("hasKey")}
    SELECT 1 FROM api_keys WHERE organization_id = ${organizationId} AND api_key_id = ${id}`);
  return rows.length === 1;
}
