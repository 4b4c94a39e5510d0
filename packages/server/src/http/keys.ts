/** API keys as they come with a request: whose they are, and how they are refused. */
import type { Tx } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { Actor } from "./actor.ts";
import {
  type ApiKeyIdQuery,
  type ApiKeyQuery,
  type ApiKeyRow,
  type EndOfKey,
  findEndOfKey,
  type Rights,
} from "./memberships.ts";
import { Refusal } from "./refusal.ts";
import { organizationOf } from "./token-tenant.ts";

/**
 * The organization of a key's text.
 * @throws Refusal auth/invalid-key
 */
export function organizationOfKey(text: string): string {
  const own = organizationOf("ghk", text);
  if (own === null) throw invalidKey(null);
  return own;
}

/** Who a key is in a request of its own organization. */
export function keyActor(
  organizationId: string,
  row: Pick<ApiKeyRow, "apiKeyId" | "name" | "createdBy">,
  { catalogue, permissions }: Rights,
): Omit<Actor, "origin"> & { readonly type: "api-key" } {
  return {
    type: "api-key",
    id: row.apiKeyId,
    name: row.name,
    organizationId,
    ownUserId: row.createdBy,
    accountId: null,
    sessionId: null,
    language: "en",
    catalogue,
    permissions,
  };
}

/** Why a key that wasn't found alive is refused. */
export async function refusalOfKey(
  { db }: Pick<Deps, "db">,
  organizationId: string,
  query: ApiKeyQuery,
): Promise<Refusal> {
  const find = db.tenant(organizationId, (tx) => findEndOfKey(tx, organizationId, query), {
    readOnly: true,
    isPriority: true,
  });
  return invalidKey(await find);
}

/** Why a key that was found before, and isn't any more, is refused. */
export async function refusalOfEndedKey(
  tx: Tx,
  organizationId: string,
  query: ApiKeyIdQuery,
): Promise<Refusal> {
  return invalidKey(await findEndOfKey(tx, organizationId, query));
}

/** Only who has the whole key learns that there was one, and what became of it. */
function invalidKey(end: EndOfKey | null): Refusal {
  if (end === "revoked")
    return new Refusal("auth/revoked-key", {
      detail: "This API key was revoked. Ask for a new one where it came from.",
    });
  if (end === "expired")
    return new Refusal("auth/expired-key", {
      detail: "This API key has expired. Ask for a new one where it came from.",
    });
  return new Refusal("auth/invalid-key", {
    detail: "This is no API key of this installation. Send one whole, as Authorization: Bearer ghk_….",
  });
}
