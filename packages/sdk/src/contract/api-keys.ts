/** API keys: access for programs. */
import * as z from "zod/mini";
import {
  endpoint,
  id,
  inOrganization,
  instant,
  instantInput,
  list,
  listOf,
  name,
  page,
  permissionName,
} from "./common.ts";

/**
 * `expired` and `revoked` keys stay in the list, so that past access is visible. `inactive`: not ended, but without permissions;
 * `inactiveReason` says why.
 */
export const apiKeyStatus = z.enum(["active", "inactive", "expired", "revoked"]);

/** A key without its secret, which is shown only once. */
export const apiKeyView = z.strictObject({
  id,
  name: z.string(),
  /** Its permissions; null for all of its creator's. Each call is also limited by the creator's current permissions. */
  permissions: z.nullable(z.array(z.string())),
  /** `status` null: no longer a user. */
  createdBy: z.strictObject({
    id,
    name: z.nullable(z.string()),
    status: z.nullable(z.enum(["active", "suspended"])),
  }),
  createdAt: instant,
  expiresAt: z.nullable(instant),
  revokedAt: z.nullable(instant),
  lastUsedAt: z.nullable(instant),
  status: apiKeyStatus,
  /** Why an `inactive` key has no permissions: its creator is no longer a user, or suspended. Null for other keys. */
  inactiveReason: z.nullable(z.enum(["creator-removed", "creator-suspended"])),
});

const apiKeys = "/organizations/:organizationId/api-keys";

export const listApiKeys = endpoint({
  method: "GET",
  path: apiKeys,
  operationId: "listApiKeys",
  tag: "API keys",
  summary: "API keys, newest first, without their secrets",
  params: inOrganization,
  query: z.strictObject({ status: z.optional(apiKeyStatus), ...page }),
  success: { status: 200, body: listOf(apiKeyView) },
  compressed: true,
});

export const createApiKey = endpoint({
  method: "POST",
  path: apiKeys,
  operationId: "createApiKey",
  tag: "API keys",
  summary:
    "Creates a key with permissions that its creator has, and returns its secret. The secret is not stored and can't be " +
    "shown again, so a repeated Idempotency-Key creates no second key and returns api-keys/shown-once",
  params: inOrganization,
  body: z.strictObject({
    name,
    permissions: list(permissionName, {
      min: [1, "Choose at least one permission."],
      max: [1000, "Choose 1,000 permissions at most."],
    }),
    /** Default: a year from now. `null`: valid until it is revoked. */
    expiresAt: z.optional(z.nullable(instantInput)),
  }),
  success: { status: 201, body: z.strictObject({ apiKey: apiKeyView, secret: z.string() }) },
  idempotent: true,
});

export const revokeApiKey = endpoint({
  method: "DELETE",
  path: `${apiKeys}/:apiKeyId`,
  operationId: "revokeApiKey",
  tag: "API keys",
  summary: "Revokes a key permanently, from the next request on",
  params: z.extend(inOrganization, { apiKeyId: id }),
  success: { status: 204, body: null },
});

/** A key without its secret. */
export type ApiKeyView = z.infer<typeof apiKeyView>;
/** `active`, `inactive`, `expired` or `revoked`. */
export type ApiKeyStatus = z.infer<typeof apiKeyStatus>;
/** Why an inactive key has no permissions. */
export type KeyInactiveReason = NonNullable<ApiKeyView["inactiveReason"]>;
