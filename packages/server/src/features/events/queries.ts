/** Statements that read the audit log as a feed: by sequence, which commits in order and without a gap. */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import { sql } from "kysely";
import type { Tx } from "../../database/database.ts";
import { prepared } from "../../database/prepared.ts";

/** What happened after the event `after`, oldest first. */
export async function listChanges(
  tx: Tx,
  organizationId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly ChangeEvent[]> {
  const { rows } = await sql<ChangeEvent>`${prepared}
    SELECT e.sequence::double precision AS sequence, e.action,
      jsonb_build_object('type', e.target_type, 'id', e.target_id) AS target, e.actor_id AS "actorId",
      e.request_id AS "requestId"
    FROM audit_events e
    WHERE e.organization_id = ${organizationId} AND e.sequence > ${after}::bigint
    ORDER BY e.sequence LIMIT ${limit}`.execute(tx);
  return rows;
}

/** The sequence of the last event, and of the last one before the instant `since`; 0 where there is none. */
export async function findPosition(
  tx: Tx,
  organizationId: string,
  since: Date,
): Promise<{ readonly head: number; readonly before: number }> {
  const { rows } = await sql<{ head: number; before: number }>`
    SELECT h.sequence::double precision AS head, COALESCE((
      SELECT min(e.sequence) - 1 FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND e.at >= ${since}), h.sequence)::double precision AS before
    FROM audit_heads h WHERE h.organization_id = ${organizationId}`.execute(tx);
  return rows[0] ?? { head: 0, before: 0 };
}
