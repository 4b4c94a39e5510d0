/**
 * A change of many users, invitations or roles is recorded as many events, which have the same request. In a grouped list the
 * first of them is the entry, and the others, marked with `is_within`, are listed within it.
 */
import type { Tx } from "../../db/database.ts";
import { named, type Statement, sql } from "../../db/sql.ts";
import { maxCounted } from "../../http/pagination.ts";

/** An entry of a grouped list. */
export interface Entry {
  readonly requestId: string | null;
  readonly sequence: number;
  readonly action: string;
}

/** The entry with this id, or null. */
export async function findEntry(tx: Tx, organizationId: string, entryId: string): Promise<Entry | null> {
  const { rows } = await tx.query(sql<Entry>`${named("findEntry")}
    SELECT p.request_id AS "requestId", p.sequence::double precision AS sequence, p.action FROM audit_events p
    WHERE p.organization_id = ${organizationId} AND p.event_id = ${entryId}::uuid`);
  return rows[0] ?? null;
}

/** Condition: event `e` is listed within this entry. */
export function isWithinEntry({ requestId, sequence, action }: Entry): Statement {
  const isSameChange = startsMany(action) ? sql`true` : sql`e.action = ${action}`;
  return sql`e.request_id = ${requestId}::text AND e.sequence > ${sequence}::bigint AND ${isSameChange}`;
}

/** Whether all events of the request belong to the entry, whatever they are. The same rule is in append_audit_events. */
function startsMany(action: string): boolean {
  return action === "user-jobs.started" || action === "roles.deleted";
}

/** How many events are listed within each of these entries; those without any are left out. */
export async function countWithin(
  tx: Tx,
  organizationId: string,
  entryIds: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await tx.query(sql<{ id: string; count: number }>`${named("countWithin")}
    SELECT p.event_id AS id, (SELECT count(*)::integer FROM (
      SELECT FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND e.request_id = p.request_id AND e.sequence > p.sequence
        AND (e.action = p.action OR p.action IN ('user-jobs.started', 'roles.deleted')) LIMIT ${maxCounted}) AS counted) AS count
    FROM audit_events p WHERE p.organization_id = ${organizationId} AND p.event_id = ANY(${entryIds}::uuid[])`);
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ id, count }) => [id, count]));
}
