import type { AuditAction, AuditField } from "@gatehouse/sdk/contract";
import type { Actor } from "../auth/actor.ts";
import type { Tx } from "../db/database.ts";
import { prepare, sql } from "../db/sql.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

/** One thing that an actor did. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly target: { readonly type: string; readonly id: string | null; readonly name: string };
  /** Field by field; never secrets. */
  readonly changes?: readonly AuditChange[];
}

/** One field's JSON values before and after. */
export interface AuditChange {
  readonly field: AuditField;
  readonly before: unknown;
  readonly after: unknown;
}

/** The actor, as recorded. */
export type AuditActor = Pick<Actor, "type" | "id" | "name" | "organizationId" | "origin">;

/**
 * Appends events to the organization's hash chain, in the transaction of the change: if this fails, so does the
 * change. They are sent with the commit, because the chain's lock is held until then.
 */
export async function record(
  deps: { readonly clock: Clock; readonly ids: Ids },
  tx: Pick<Tx, "publishChange" | "deferToCommit">,
  actor: AuditActor,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const at = deps.clock.now();
  const { origin } = actor;
  const rows = entries.map(({ action, target, changes = [] }) => ({
    event_id: deps.ids.next(),
    at,
    actor_type: actor.type,
    actor_id: actor.id,
    actor_name: actor.name,
    action,
    target_type: target.type,
    target_id: target.id,
    target_name: target.name,
    changes,
    ip: origin.ip,
    user_agent: origin.userAgent,
    request_id: origin.requestId,
  }));
  tx.publishChange(actor.organizationId);
  const json = JSON.stringify(rows);
  tx.deferToCommit(
    sql`${prepare("appendAuditEvents")} SELECT append_audit_events(${actor.organizationId}::uuid, ${json}::jsonb)`,
  );
}
