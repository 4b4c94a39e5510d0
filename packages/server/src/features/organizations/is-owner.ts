import { operatorUserId } from "../../auth/memberships.ts";
import type { Tx } from "../../db/database.ts";
import { prepare, sql } from "../../db/sql.ts";

/** The properties of an actor that `isOwner` needs. */
interface SettingsActor {
  readonly type: "user" | "api-key" | "system";
  readonly id: string | null;
  readonly ownUserId: string | null;
}

/**
 * Whether the actor is an active owner: a user with the owner role, or an unrestricted API key created by one or by the operator. Locks the
 * user until the transaction ends.
 */
export async function isOwner(
  tx: Tx,
  organizationId: string,
  { type, id, ownUserId }: SettingsActor,
): Promise<boolean> {
  if (ownUserId === operatorUserId) return isUnrestrictedKey(tx, organizationId, id);
  const { rows } = await tx.query(sql`${prepare("isOwner")}
    SELECT 1 FROM users u
    WHERE u.organization_id = ${organizationId} AND u.user_id = ${ownUserId} AND u.is_owner AND u.status = 'active'
      AND (${type === "user"} OR EXISTS (SELECT FROM api_keys k
        WHERE k.organization_id = ${organizationId} AND k.api_key_id = ${id} AND k.permissions IS NULL))
    FOR SHARE OF u`);
  return rows.length === 1;
}

async function isUnrestrictedKey(tx: Tx, organizationId: string, id: string | null): Promise<boolean> {
  const { rows } = await tx.query(sql`${prepare("isUnrestrictedKey")}
    SELECT 1 FROM api_keys k
    WHERE k.organization_id = ${organizationId} AND k.api_key_id = ${id} AND k.permissions IS NULL`);
  return rows.length === 1;
}
