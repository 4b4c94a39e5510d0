import { compileRole, mayGive, permissionSet } from "@gatehouse/access";
import type { ApiKeyView } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { holdCatalogue } from "../../http/catalogues.ts";
import { overCeiling, unknownPermissions } from "../../http/common-refusals.ts";
import { type Idempotency, idempotently } from "../../http/idempotency.ts";
import { Refusal } from "../../http/refusal.ts";
import { createApiKey, yearAfter } from "./create-api-key.ts";
import { viewApiKey } from "./view-api-key.ts";

/** A key as it is asked for. */
export interface ApiKeyDraft {
  readonly name: string;
  readonly permissions: readonly string[];
  /** Left out: a year from now. Null: no end. */
  readonly expiresAt?: string | null | undefined;
}

/** A key with its secret, which nobody sees again. */
interface IssuedApiKey {
  readonly apiKey: ApiKeyView;
  readonly secret: string;
}

/**
 * Makes a key of permissions that the actor holds. What they imply is written down with them, so that the list says all
 * that the key may do. A request that is repeated makes no second key, and gets no secret: none is kept.
 * @throws Refusal api-keys/by-key, api-keys/expiry, api-keys/shown-once, permissions/unknown, forbidden/grant-ceiling,
 * idempotency/reused
 */
export async function issueApiKey(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  draft: ApiKeyDraft,
  idempotency: Idempotency | null,
): Promise<IssuedApiKey> {
  const createdBy = requirePerson(actor);
  const now = deps.clock.now();
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const permissions = readPermissions(actor, draft);
    const issued: IssuedApiKey[] = [];
    const { body } = await idempotently(deps, tx, actor, idempotency, async () => {
      const expiresAt = readExpiry(draft.expiresAt, now);
      await holdCatalogue(tx, actor);
      const key = { name: draft.name, permissions, createdBy, expiresAt };
      const { stored, text } = await createApiKey(deps, tx, actor, key);
      const creator = { creatorName: actor.name, creatorStatus: "active" } as const;
      const apiKey = viewApiKey({ ...stored, ...creator, revokedAt: null, lastUsedAt: null }, now);
      issued.push({ apiKey, secret: text });
      return { status: 201, body: { apiKeyId: apiKey.id } }; // what is kept for a repetition: never the secret
    });
    const [made] = issued;
    if (made === undefined) throw shownOnce(body.apiKeyId);
    return made;
  });
}

function shownOnce(apiKeyId: string): Refusal {
  return new Refusal("api-keys/shown-once", {
    detail: `This request made the key ${apiKeyId} before, and its secret was shown then. If it was lost, revoke that key and make another.`,
    params: { apiKeyId },
  });
}

/** All that the key may do, within what the actor may do. */
function readPermissions({ catalogue, permissions: held }: Actor, draft: ApiKeyDraft): readonly string[] {
  const unknown = unknownPermissions(catalogue, draft.permissions, (index) => `permissions.${index}`);
  if (unknown !== null) throw unknown;
  const { permissions } = compileRole(catalogue, { id: "", isOwner: false, ...draft });
  const ceiling = mayGive(held, permissions);
  if (!ceiling.allowed) throw overCeiling(`The key ${draft.name}`, ceiling.missing);
  return [...permissionSet.names(permissions)];
}

/**
 * A key makes and revokes no keys: whoever gets hold of one could keep a way in that outlives it.
 * @throws Refusal api-keys/by-key
 */
export function requirePerson(actor: Actor): string {
  if (actor.type === "user" && actor.ownUserId !== null) return actor.ownUserId;
  throw new Refusal("api-keys/by-key", {
    detail: "API keys are made and revoked by people. Sign in to the panel and do it there.",
  });
}

function readExpiry(text: string | null | undefined, now: Date): Date | null {
  if (text === undefined) return yearAfter(now);
  if (text === null) return null;
  const expiresAt = new Date(text);
  if (expiresAt > now) return expiresAt;
  const detail = "The key would have expired already. Choose a later time, or none.";
  throw new Refusal("api-keys/expiry", {
    detail,
    errors: [{ path: "expiresAt", code: "api-keys/expiry", detail }],
  });
}
