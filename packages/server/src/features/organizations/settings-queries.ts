/** SQL for the settings of an organization. */
import type { Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { sql } from "../../db/sql.ts";

/** An organization as it is stored. */
export interface StoredOrganization {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
  readonly invitationExpiresInDays: number;
  readonly allowedEmailDomains: readonly string[];
  readonly panelOrigins: readonly string[];
  readonly version: RowVersion;
  readonly createdAt: Date;
}

/** The organization that the transaction has entered. */
export async function findOrganization(tx: Tx, organizationId: string): Promise<StoredOrganization | null> {
  const { rows } = await tx.query(sql<StoredOrganization>`
    SELECT o.organization_id AS id, o.name, o.language, o.invitation_days AS "invitationExpiresInDays",
      o.allowed_domains AS "allowedEmailDomains", o.panel_origins AS "panelOrigins", ${rowVersion("o")} AS version,
      o.created_at AS "createdAt"
    FROM organizations o WHERE o.organization_id = ${organizationId}`);
  return rows[0] ?? null;
}

/** The properties of an actor that `isOwner` needs. */
export interface SettingsActor {
  readonly type: "user" | "api-key" | "system";
  readonly id: string | null;
  readonly ownUserId: string | null;
}

/**
 * Whether the actor is an active owner: a user with the owner role, or an unrestricted API key created by one. Locks the
 * user until the transaction ends.
 */
export async function isOwner(
  tx: Tx,
  organizationId: string,
  { type, id, ownUserId }: SettingsActor,
): Promise<boolean> {
  const { rows } = await tx.query(sql`
    SELECT 1 FROM users u
    WHERE u.organization_id = ${organizationId} AND u.user_id = ${ownUserId} AND u.is_owner AND u.status = 'active'
      AND (${type === "user"} OR EXISTS (SELECT FROM api_keys k
        WHERE k.organization_id = ${organizationId} AND k.api_key_id = ${id} AND k.permissions IS NULL))
    FOR SHARE OF u`);
  return rows.length === 1;
}

/** Updates the settings if they still have `version`. Returns the new version, or null if the version didn't match. */
export async function updateOrganization(
  tx: Tx,
  organization: Omit<StoredOrganization, "createdAt">,
): Promise<RowVersion | null> {
  const { rows } = await tx.query(sql<{ version: RowVersion }>`
    UPDATE organizations o SET name = ${organization.name}, language = ${organization.language},
      invitation_days = ${organization.invitationExpiresInDays},
      allowed_domains = ${organization.allowedEmailDomains}::text[],
      panel_origins = ${organization.panelOrigins}::text[], version = o.version + 1
    WHERE o.organization_id = ${organization.id} AND ${rowVersion("o")} = ${organization.version}
    RETURNING ${rowVersion("o")} AS version`);
  return rows[0]?.version ?? null;
}
