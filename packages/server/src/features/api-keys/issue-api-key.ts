import { compileRole, mayGive, permissionSet } from "@gatehouse/access";
import type { ApiKeyView } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { holdCatalogue } from "../../http/catalogues.ts";
import { overCeiling, unknownPermissions } from "../../http/common-refusals.ts";
import { Refusal } from "../../http/refusal.ts";
import { createApiKey } from "./create-api-key.ts";
import { viewApiKey } from "./view-api-key.ts";

/** A key as it is asked for. */
export interface ApiKeyDraft {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly expiresAt?: string | null | undefined;
}

/**
 * Makes a key of permissions that the actor holds. What they imply is written down with them, so that the list says all
 * that the key may do.
 * @throws Refusal api-keys/by-key, api-keys/expiry, permissions/unknown, forbidden/grant-ceiling
 */
export async function issueApiKey(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  draft: ApiKeyDraft,
): Promise<{ readonly apiKey: ApiKeyView; readonly secret: string }> {
  const createdBy = requirePerson(actor);
  const now = deps.clock.now();
  const expiresAt = readExpiry(draft.expiresAt ?? null, now);
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const permissions = readPermissions(actor, draft);
    await holdCatalogue(tx, actor);
    const key = { name: draft.name, permissions, createdBy, expiresAt };
    const { stored, text } = await createApiKey(deps, tx, actor, key);
    const creator = { creatorName: actor.name, creatorStatus: "active" } as const;
    const apiKey = viewApiKey({ ...stored, ...creator, revokedAt: null, lastUsedAt: null }, now);
    return { apiKey, secret: text };
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

function readExpiry(text: string | null, now: Date): Date | null {
  if (text === null) return null;
  const expiresAt = new Date(text);
  if (expiresAt > now) return expiresAt;
  const detail = "The key would have expired already. Choose a later time, or none.";
  throw new Refusal("api-keys/expiry", {
    detail,
    errors: [{ path: "expiresAt", code: "api-keys/expiry", detail }],
  });
}
