/** Events that have no sequence number and hash yet: usually none, because who reads the log seals them first. */
import type { Tx } from "../../db/database.ts";
import { joinSql, sql } from "../../db/sql.ts";
import { findEntry } from "./one-entry.ts";
import {
  type EventFilter,
  type EventPage,
  eventColumns,
  type StoredEvent,
  toConditions,
} from "./select-events.ts";

/** Unsealed events, and the position of the last one: they are sealed in the order of their positions. */
export interface UnsealedEvents {
  readonly events: readonly StoredEvent[];
  readonly lastPosition: string | null;
}

/** The events that match, in the order in which they were appended; with `after` only those with a higher position. */
export async function listUnsealedEvents(
  tx: Tx,
  filter: EventFilter & Pick<EventPage, "order" | "limit">,
  after: string | null = null,
): Promise<UnsealedEvents> {
  const { organizationId, entryId, order, limit } = filter;
  const entry = entryId === null ? null : await findEntry(tx, organizationId, entryId);
  if (entryId !== null && entry === null) return { events: [], lastPosition: null };
  const isAfter = after === null ? sql`true` : sql`e.position > ${after}::bigint`;
  const conditions = [isAfter, ...toConditions(filter, entry)];
  const direction = order === "newest-first" ? sql`DESC` : sql`ASC`;
  const { rows } = await tx.query(sql<StoredEvent & { position: string }>`
    SELECT ${eventColumns}, e.position::text AS position FROM (
      SELECT w.*, NULL::bigint AS sequence, NULL::text AS hash, false AS is_within,
        ' ' || fold_name(w.actor_name) || ' ' || chr(10) || ' ' || fold_name(w.target_name) AS search_key
      FROM unsealed_audit_events w WHERE w.organization_id = ${organizationId}) e
    WHERE ${joinSql(conditions, " AND ")}
    ORDER BY e.position ${direction} LIMIT ${limit}`);
  const events = rows.map(({ position: _, ...event }) => event);
  return { events, lastPosition: rows.at(-1)?.position ?? null };
}
