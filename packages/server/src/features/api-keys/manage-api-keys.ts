/** Creates, lists, replaces and revokes API keys. */

import { randomBytes } from "node:crypto";
import { compileRole, mayGive, permissionSet } from "@gatehouse/access";
import type { ApiKeyStatus, ApiKeyView, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { getInactiveReason } from "../../auth/api-keys.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import { lockCatalogue } from "../../auth/catalogue-cache.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, grantCeilingExceeded, notFound, unknownPermissions } from "../../errors/api-error.ts";
import { type Idempotency, withIdempotency } from "../../http/idempotency.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit, maxCounted } from "../../http/pagination.ts";
import { hashToken } from "../../ports/secrets.ts";
import {
  countKeys,
  hasKey,
  insertApiKey,
  listStoredKeys,
  type NewApiKeyRow,
  revokeStoredKey,
  type StoredApiKey,
} from "./queries.ts";

/** The request body of a new key. */
export interface ApiKeyDraft {
  readonly name: string;
  readonly permissions: readonly string[];
  /** Absent: a year from now. Null: never. */
  readonly expiresAt?: string | null | undefined;
}

/** A key with its secret, which is returned only once. */
interface IssuedApiKey {
  readonly apiKey: ApiKeyView;
  readonly secret: string;
}

/**
 * Issues a key with permissions that the actor has. Implied permissions are stored too, so that the list shows everything
 * that the key may do. A repeated request (same Idempotency-Key) creates no second key, and gets no secret, because only
 * its hash is stored.
 * @throws ApiError api-keys/by-key, api-keys/expiry, api-keys/shown-once, permissions/unknown, forbidden/grant-ceiling,
 * idempotency/reused
 */
export async function issueApiKey(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  draft: ApiKeyDraft,
  idempotency: Idempotency | null,
): Promise<IssuedApiKey> {
  const createdBy = requireUser(actor);
  const now = deps.clock.now();
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const permissions = resolvePermissions(actor, draft);
    const issued: IssuedApiKey[] = [];
    const { body } = await withIdempotency(deps, tx, actor, idempotency, async () => {
      const expiresAt = parseExpiry(draft.expiresAt, now);
      await lockCatalogue(tx, actor);
      const key = { name: draft.name, permissions, createdBy, expiresAt };
      const { stored, text } = await createApiKey(deps, tx, actor, key);
      const creator = { creatorName: actor.name, creatorStatus: "active" } as const;
      const apiKey = toApiKeyView({ ...stored, ...creator, revokedAt: null, lastUsedAt: null }, now);
      issued.push({ apiKey, secret: text });
      return { status: 201, body: { apiKeyId: apiKey.id } }; // stored for repeated requests: never the secret
    });
    const [result] = issued;
    if (result === undefined) throw shownOnce(body.apiKeyId);
    return result;
  });
}

function shownOnce(apiKeyId: string): ApiError {
  return new ApiError("api-keys/shown-once", {
    detail: `This request already created the key ${apiKeyId}, and its secret was shown then. If the secret is lost, revoke the key and create another.`,
    params: { apiKeyId },
  });
}

/** The permissions of the key with all implied ones, within the actor's permissions. */
function resolvePermissions(
  { catalogue, permissions: actorPermissions }: Actor,
  draft: ApiKeyDraft,
): readonly string[] {
  const unknown = unknownPermissions(catalogue, draft.permissions, (index) => `permissions.${index}`);
  if (unknown !== null) throw unknown;
  const { permissions } = compileRole(catalogue, { id: "", isOwner: false, ...draft });
  const ceiling = mayGive(actorPermissions, permissions);
  if (!ceiling.allowed) throw grantCeilingExceeded(`The key ${draft.name}`, ceiling.missing);
  return [...permissionSet.names(permissions)];
}

function parseExpiry(text: string | null | undefined, now: Date): Date | null {
  if (text === undefined) return addOneYear(now);
  if (text === null) return null;
  const expiresAt = new Date(text);
  if (expiresAt > now) return expiresAt;
  const detail = "The key would have expired already. Choose a later time, or none.";
  throw new ApiError("api-keys/expiry", {
    detail,
    errors: [{ path: "expiresAt", code: "api-keys/expiry", detail }],
  });
}

/** The default expiry of a key. */
export function addOneYear(now: Date): Date {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}

/** A key to create. */
export interface NewApiKey {
  readonly name: string;
  /** Null: all permissions of its creator. */
  readonly permissions: readonly string[] | null;
  /** The user whose permissions limit the key in every request. */
  readonly createdBy: string;
  /** Null: never. */
  readonly expiresAt: Date | null;
}

/**
 * Creates a key and returns its secret text, which isn't stored. `secret`: 256 bits in base64url; random by default. The text contains the organization id, so that the tenant
 * is known before the key is looked up.
 */
export async function createApiKey(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Pick<Actor, "type" | "id" | "name" | "organizationId" | "origin">,
  { secret = randomBytes(32).toString("base64url"), ...key }: NewApiKey & { readonly secret?: string },
): Promise<{ readonly stored: Omit<NewApiKeyRow, "secretHash">; readonly text: string }> {
  const text = `ghk_${actor.organizationId.replaceAll("-", "")}_${secret}`;
  const stored = { ...key, id: deps.ids.next(), createdAt: deps.clock.now() };
  insertApiKey(tx, actor.organizationId, { ...stored, secretHash: hashToken(text) });
  const target = { type: "api-key", id: stored.id, name: key.name };
  const changes = [
    { field: "permissions", before: null, after: key.permissions },
    ...(key.expiresAt === null ? [] : [{ field: "expiresAt", before: null, after: key.expiresAt } as const]),
  ] as const;
  await record(deps, tx, actor, [{ action: "api-keys.created", target, changes }]);
  return { stored, text };
}

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
function requireUser(actor: Actor): string {
  if (actor.type === "user" && actor.ownUserId !== null) return actor.ownUserId;
  throw new ApiError("api-keys/by-key", {
    detail: "An API key can't create or revoke API keys. Sign in to the panel and do it there.",
  });
}

/** Converts a key to its JSON representation. */
function toApiKeyView(key: StoredApiKey, now: Date): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    permissions: key.permissions === null ? null : [...key.permissions],
    createdBy: { id: key.createdBy, name: key.creatorName, status: key.creatorStatus },
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    ...getStatus(key, now),
  };
}

function getStatus(
  { revokedAt, expiresAt, creatorStatus }: StoredApiKey,
  now: Date,
): Pick<ApiKeyView, "status" | "inactiveReason"> {
  if (revokedAt !== null) return { status: "revoked", inactiveReason: null };
  if (expiresAt !== null && expiresAt <= now) return { status: "expired", inactiveReason: null };
  const inactiveReason = getInactiveReason(creatorStatus);
  return { status: inactiveReason === null ? "active" : "inactive", inactiveReason };
}
