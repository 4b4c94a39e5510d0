/** API keys in requests: whose they are, and the errors for keys that aren't live. */
import type { KeyInactiveReason } from "@gatehouse/sdk/contract";
import type { Tx } from "../db/database.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import type { Actor } from "./actor.ts";
import {
  type ApiKeyIdQuery,
  type ApiKeyQuery,
  type ApiKeyRow,
  type EffectivePermissions,
  findKeyEnd,
  type KeyEnd,
} from "./memberships.ts";

/**
 * The organization that an API key names.
 * @throws ApiError auth/invalid-key
 */
export function parseKeyOrganization(text: string): string {
  const organizationId = parseTokenOrganization("ghk", text);
  if (organizationId === null) throw toKeyError(null);
  return organizationId;
}

/** The actor for an API key of the organization. */
export function toKeyActor(
  organizationId: string,
  row: Pick<ApiKeyRow, "apiKeyId" | "name" | "createdBy" | "status"> & Partial<Pick<ApiKeyRow, "closure">>,
  { catalogue, permissions, permissionEnds }: EffectivePermissions,
): Omit<Actor, "origin"> & { readonly type: "api-key" } {
  const inactiveReason = getInactiveReason(row.status);
  return {
    ...(inactiveReason === null ? {} : { keyInactiveReason: inactiveReason }),
    ...(row.closure == null ? {} : { closure: row.closure }),
    type: "api-key",
    id: row.apiKeyId,
    name: row.name,
    organizationId,
    ownUserId: row.createdBy,
    accountId: null,
    sessionId: null,
    language: null,
    catalogue,
    permissions,
    permissionEnds,
  };
}

/** Why a live key has no permissions, by the status of its creator; null if it has some. */
export function getInactiveReason(creatorStatus: ApiKeyRow["status"]): KeyInactiveReason | null {
  if (creatorStatus === "active") return null;
  return creatorStatus === null ? "creator-removed" : "creator-suspended";
}

/** The error for a key that wasn't found live. */
export async function explainInvalidKey(
  { db }: Pick<Deps, "db">,
  organizationId: string,
  query: ApiKeyQuery,
): Promise<ApiError> {
  const reason = db.tenant(organizationId, (tx) => findKeyEnd(tx, organizationId, query), {
    readOnly: true,
    isPriority: true,
  });
  return toKeyError(await reason);
}

/** The error for a key that was live before and no longer is. */
export async function explainInactiveKey(
  tx: Tx,
  organizationId: string,
  query: ApiKeyIdQuery,
): Promise<ApiError> {
  return toKeyError(await findKeyEnd(tx, organizationId, query));
}

/** Only the holder of the whole key is told that it existed and why it ended. */
function toKeyError(reason: KeyEnd | null): ApiError {
  if (reason === "revoked")
    return new ApiError("auth/revoked-key", {
      detail: "This API key was revoked. Ask for a new one where it came from.",
    });
  if (reason === "expired")
    return new ApiError("auth/expired-key", {
      detail: "This API key has expired. Ask for a new one where it came from.",
    });
  return new ApiError("auth/invalid-key", {
    detail: "This is no API key of this installation. Send one whole, as Authorization: Bearer ghk_….",
  });
}

const patterns = {
  ghk: /^ghk_([0-9a-f]{32})_[\w-]{43}$/,
  ghp: /^ghp_([0-9a-f]{32})_[\w-]{43}$/,
} as const;

/**
 * The organization in `ghk_<organization id without dashes>_<secret>`, or `ghp_…` for a panel's cookie: the tenant is
 * known before the lookup. Null for any other text.
 */
export function parseTokenOrganization(kind: keyof typeof patterns, text: string): string | null {
  const hex = patterns[kind].exec(text)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") ?? null;
}
