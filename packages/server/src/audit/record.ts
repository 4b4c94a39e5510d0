import type { AuditAction, AuditField } from "@gatehouse/sdk/contract";
import type { Actor } from "../auth/actor.ts";
import type { Tx } from "../db/database.ts";
import { lockPrincipals } from "../db/principal-locks.ts";
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
 * Appends events to the organization's audit log, in the transaction of the change: if this fails, so does the
 * change. They get a sequence number and a hash after the commit: see seal.ts.
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
  const exclusive = entries.flatMap((entry) => findAffectedPrincipals(actor, entry));
  if (exclusive.length > 0) lockPrincipals(tx, actor.organizationId, { exclusive });
  const json = JSON.stringify(rows);
  tx.deferToCommit(
    sql`${prepare("appendAuditEvents")} SELECT append_audit_events(${actor.organizationId}::uuid, ${json}::jsonb)`,
  );
}

/** Actions that may remove permissions from the target alone: a user, an account or an API key. */
const targetActions = /^(users|api-keys)\./;
/** Actions on the actor's own account or sessions, or on those of the target. */
const accountActions = /^(accounts\.|sessions\.(ended|signed-out)$)/;
/** Actions that may remove permissions from many. */
const organizationActions = /^(roles|permissions|organizations)\./;

/** Whose permissions an event may remove; the organization stands for all of its principals. */
function findAffectedPrincipals(actor: AuditActor, { action, target }: AuditEntry): readonly string[] {
  if (organizationActions.test(action)) return [actor.organizationId];
  const isOnAccount = accountActions.test(action);
  if (!isOnAccount && !targetActions.test(action)) return [];
  return [target.id, isOnAccount ? actor.id : null].flatMap((id) => id ?? []);
}
