import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { hashToken } from "../../ports/secrets.ts";

/** A key about to be made. */
export interface NewApiKey {
  readonly name: string;
  /** Null: whatever its creator may do. */
  readonly permissions: readonly string[] | null;
  /** The user whose rights cap it at every call. */
  readonly createdBy: string;
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
): Promise<{ readonly id: string; readonly text: string }> {
  const id = deps.ids.next();
  const text = `ghk_${actor.organizationId.replaceAll("-", "")}_${randomBytes(32).toString("base64url")}`;
  await sql`
    INSERT INTO api_keys (organization_id, api_key_id, name, secret_hash, permissions, created_by, created_at)
    VALUES (${actor.organizationId}, ${id}, ${key.name}, ${hashToken(text)}, ${key.permissions}::text[], ${key.createdBy},
      ${deps.clock.now()})`.execute(tx);
  const target = { type: "api-key", id, name: key.name };
  const changes = [{ field: "permissions", before: null, after: key.permissions }] as const;
  await record(deps, tx, actor, [{ action: "api-keys.created", target, changes }]);
  return { id, text };
}
