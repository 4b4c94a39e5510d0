/** API keys: how programs come in. */
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

/** `expired` and `revoked` keys stay in the list, so that one can see what once had access. */
export const apiKeyStatus = z.enum(["active", "expired", "revoked"]);

/** A key without its secret, which was shown once. */
export const apiKeyView = z.strictObject({
  id,
  name: z.string(),
  /** What it may do at most; null for everything that its creator may. At each call its creator's own rights cap it. */
  permissions: z.nullable(z.array(z.string())),
  /** `status` null: no longer a user, so the key may do nothing; as little while suspended. */
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
});

const apiKeys = "/organizations/:organizationId/api-keys";

export const listApiKeys = endpoint({
  method: "GET",
  path: apiKeys,
  operationId: "listApiKeys",
  tag: "API keys",
  summary: "The keys, the newest first, without their secrets",
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
    "Makes a key of permissions that its creator holds, and answers its secret: the only time that it can be seen. No secret " +
    "is kept, so a repeated Idempotency-Key makes no second key and is answered with api-keys/shown-once",
  params: inOrganization,
  body: z.strictObject({
    name,
    permissions: list(permissionName, {
      least: [1, "Choose at least one permission."],
      most: [1000, "Choose 1,000 permissions at most."],
    }),
    /** Left out: a year from now. `null`: it works until somebody revokes it. */
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
  summary: "Makes a key useless from the next request on, for ever",
  params: z.extend(inOrganization, { apiKeyId: id }),
  success: { status: 204, body: null },
});

/** A key without its secret. */
export type ApiKeyView = z.infer<typeof apiKeyView>;
/** `active`, `expired` or `revoked`. */
export type ApiKeyStatus = z.infer<typeof apiKeyStatus>;
