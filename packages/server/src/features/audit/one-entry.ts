/**
 * A change of many users, invitations or roles is recorded as many events, which have the same request. In a grouped list the
 * first of them is the entry, and the others are listed within it.
 */
import type { Tx } from "../../db/database.ts";
import { type Statement, sql } from "../../db/sql.ts";
import { maxCounted } from "../../http/pagination.ts";

/** Condition: event `e` belongs to the earlier event `p` of the same request. */
function isWithin(organizationId: string): Statement {
  return sql`p.organization_id = ${organizationId} AND p.request_id = e.request_id AND p.sequence < e.sequence
    AND (p.action = e.action OR p.action IN ('user-jobs.started', 'roles.deleted'))`;
}

/** Condition: event `e` is the first one of its request, or a different thing that happened in it. */
export function isEntry(organizationId: string): Statement {
  return sql`NOT EXISTS (SELECT FROM audit_events p WHERE ${isWithin(organizationId)})`;
}

/** Condition: event `e` is listed within this entry. */
export function isWithinEntry(organizationId: string, entryId: string): Statement {
  return sql`e.request_id = (SELECT p.request_id FROM audit_events p
      WHERE p.organization_id = ${organizationId} AND p.event_id = ${entryId}::uuid)
    AND EXISTS (SELECT FROM audit_events p WHERE ${isWithin(organizationId)} AND p.event_id = ${entryId}::uuid)`;
}

/** How many events are listed within each of these entries; those without any are left out. */
export async function countWithin(
  tx: Tx,
  organizationId: string,
  entryIds: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await tx.query(sql<{ id: string; count: number }>`
    SELECT p.event_id AS id, (SELECT count(*)::integer FROM (
      SELECT FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND ${isWithin(organizationId)} LIMIT ${maxCounted}) AS counted) AS count
    FROM audit_events p WHERE p.organization_id = ${organizationId} AND p.event_id = ANY(${entryIds}::uuid[])`);
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ id, count }) => [id, count]));
}
