import type { PermissionSet } from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import { findApiKey, rightsOfKey } from "../../http/memberships.ts";

/** What a key may do now; null when it is revoked, expired or unknown. */
export async function findApiKeyPermissions(
  tx: Tx,
  query: { readonly organizationId: string; readonly apiKeyId: string; readonly now: Date },
): Promise<PermissionSet | null> {
  const row = await findApiKey(tx, query.organizationId, query);
  return row === null ? null : (await rightsOfKey(tx, query.organizationId, row)).permissions;
}
