import type { ApiKeyStatus, ApiKeyView } from "@gatehouse/sdk/contract";
import type { StoredApiKey } from "./queries.ts";

/** A key as it is shown. */
export function viewApiKey(key: StoredApiKey, now: Date): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    permissions: key.permissions === null ? null : [...key.permissions],
    createdBy: { id: key.createdBy, name: key.creatorName, status: key.creatorStatus },
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    status: statusOf(key, now),
  };
}

function statusOf({ revokedAt, expiresAt }: StoredApiKey, now: Date): ApiKeyStatus {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}
