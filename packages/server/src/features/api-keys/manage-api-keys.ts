import type { ApiKeyStatus, ApiKeyView, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit, maxCounted } from "../../http/pagination.ts";
import { countKeys, hasKey, listStoredKeys, revokeStoredKey, type StoredApiKey } from "./queries.ts";

const position = z.strictObject({ id: z.uuid() });

/** Lists keys, newest first. */
export async function listApiKeys(
  deps: Pick<Deps, "db" | "clock">,
  { organizationId }: Actor,
  input: {
    readonly status?: ApiKeyStatus | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{ readonly items: ApiKeyView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const now = deps.clock.now();
  const status = input.status ?? null;
  const limit = input.limit ?? defaultLimit;
  const before = decodeCursor(position, input.cursor)?.id ?? null;
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const rows = await listStoredKeys(tx, organizationId, { status, before, limit: limit + 1, now });
      const { items, nextCursor } = cutPage(rows, limit, ({ id }) => ({ id }));
      const count = await countKeys(tx, organizationId, { status, now, max: maxCounted + 1 });
      return { items: items.map((key) => toApiKeyView(key, now)), nextCursor, total: cappedTotal(count) };
    },
    { readOnly: true },
  );
}

/**
 * Revokes a key of any creator. The grant ceiling doesn't apply, so that a leaked key can be stopped quickly. Does
 * nothing if the key is already revoked.
 * @throws ApiError api-keys/by-key, not-found
 */
export async function revokeApiKey(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  apiKeyId: string,
): Promise<void> {
  requireUser(actor);
  const { organizationId } = actor;
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const name = await revokeStoredKey(tx, organizationId, { id: apiKeyId, now: deps.clock.now() });
    if (name === null && !(await hasKey(tx, organizationId, apiKeyId))) throw notFound();
    if (name === null) return;
    await record(deps, tx, actor, [
      { action: "api-keys.revoked", target: { type: "api-key", id: apiKeyId, name } },
    ]);
  });
}

/**
 * Requires a signed-in user. An API key can't create or revoke keys, because a leaked key could create others that outlive
 * it.
 * @throws ApiError api-keys/by-key
 */
export function requireUser(actor: Actor): string {
  if (actor.type === "user" && actor.ownUserId !== null) return actor.ownUserId;
  throw new ApiError("api-keys/by-key", {
    detail: "An API key can't create or revoke API keys. Sign in to the panel and do it there.",
  });
}

/** Converts a key to its JSON representation. */
export function toApiKeyView(key: StoredApiKey, now: Date): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    permissions: key.permissions === null ? null : [...key.permissions],
    createdBy: { id: key.createdBy, name: key.creatorName, status: key.creatorStatus },
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    status: getStatus(key, now),
  };
}

function getStatus({ revokedAt, expiresAt }: StoredApiKey, now: Date): ApiKeyStatus {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}
