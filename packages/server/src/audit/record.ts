import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import type { Actor } from "../http/actor.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

/** One thing that an actor did. */
export interface AuditEntry {
  /** `thing.verb`, e.g. `users.roles-changed`. */
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string | null; readonly name: string };
  /** Field by field; secrets never appear. */
  readonly changes?: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
}

/** Who did it, as recorded. */
export type AuditActor = Pick<Actor, "type" | "id" | "name" | "organizationId" | "origin">;

/**
 * Writes events into the organization's chain, in the transaction of the change: if this fails, so does the change.
 * Call it last: it holds the chain's lock until the commit.
 */
export async function record(
  deps: { readonly clock: Clock; readonly ids: Ids },
  tx: Tx,
  actor: AuditActor,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const at = deps.clock.now();
  const rows = entries.map((entry) => ({
    id: deps.ids.next(),
    action: entry.action,
    targetType: entry.target.type,
    targetId: entry.target.id,
    targetName: entry.target.name,
    changes: entry.changes ?? [],
  }));
  await sql`
    INSERT INTO audit_events (organization_id, event_id, at, actor_type, actor_id, actor_name, action, target_type,
      target_id, target_name, changes, ip, user_agent, request_id, sequence, previous_hash, hash)
    SELECT ${actor.organizationId}, e.id, ${at}, ${actor.type}, ${actor.id}, ${actor.name}, e.action, e."targetType",
      e."targetId", e."targetName", e.changes, ${actor.origin.ip}, ${actor.origin.userAgent}, ${actor.origin.requestId},
      0, '', ''
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS e(id uuid, action text, "targetType" text, "targetId" uuid, "targetName" text, changes jsonb)`.execute(
    tx,
  );
}
