import { randomBytes } from "node:crypto";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { hashToken } from "../../ports/secrets.ts";
import { insertApiKey, type KeyToInsert } from "./queries.ts";

/** When a key ends for which nobody chose an end. */
export function yearAfter(now: Date): Date {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}

/** A key about to be made. */
export interface NewApiKey {
  readonly name: string;
  /** Null: whatever its creator may do. */
  readonly permissions: readonly string[] | null;
  /** The user whose rights cap it at every call. */
  readonly createdBy: string;
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null;
}

/**
 * Makes a key and answers its text, the only time that anybody sees it. The text carries the organization's id, so that
 * a look-up knows its tenant.
 */
export async function createApiKey(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Pick<Actor, "type" | "id" | "name" | "organizationId" | "origin">,
  key: NewApiKey,
): Promise<{ readonly stored: Omit<KeyToInsert, "secretHash">; readonly text: string }> {
  const text = `ghk_${actor.organizationId.replaceAll("-", "")}_${randomBytes(32).toString("base64url")}`;
  const stored = { ...key, id: deps.ids.next(), createdAt: deps.clock.now() };
  await insertApiKey(tx, actor.organizationId, { ...stored, secretHash: hashToken(text) });
  const target = { type: "api-key", id: stored.id, name: key.name };
  const changes = [
    { field: "permissions", before: null, after: key.permissions },
    ...(key.expiresAt === null ? [] : [{ field: "expiresAt", before: null, after: key.expiresAt } as const]),
  ] as const;
  await record(deps, tx, actor, [{ action: "api-keys.created", target, changes }]);
  return { stored, text };
}
