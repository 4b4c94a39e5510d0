/**
 * Positions in an organization's audit log, and the events after one. The hash makes a position unique across database
 * restores.
 */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { prepare, sql } from "../../db/sql.ts";

/** After an event: its sequence, and its hash, which depends on all earlier events. */
export interface Position {
  readonly sequence: number;
  readonly hash: string;
}

/** Before the first event. */
export const startPosition: Position = { sequence: 0, hash: "0".repeat(64) };

/** The position as the id of a server-sent event. */
export function formatPosition({ sequence, hash }: Position): string {
  return `${sequence}.${hash}`;
}

/** Parses such an id; null for a number without a hash, as sent by earlier versions. */
export function parsePosition(text: string): Position | null {
  const [, digits, hash] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(text) ?? [];
  if (digits === undefined || hash === undefined) return null;
  return { sequence: Number(digits), hash };
}

/** Whether both are after the same event. */
export function isSamePosition(one: Position, other: Position): boolean {
  return one.sequence === other.sequence && one.hash === other.hash;
}

/** An event with its position. */
export interface StoredChange extends Position {
  readonly action: string;
  readonly target: ChangeEvent["target"];
  readonly actorId: string | null;
  readonly requestId: string | null;
}

/** Events after `after`, oldest first; null when the log doesn't contain that event. */
export async function listChanges(
  tx: Tx,
  organizationId: string,
  { after, limit }: { readonly after: Position; readonly limit: number },
): Promise<readonly StoredChange[] | null> {
  const { rows } = await tx.query(sql<StoredChange>`${prepare("listChanges")}
    SELECT e.sequence::double precision AS sequence, e.action,
      jsonb_build_object('type', e.target_type, 'id', e.target_id) AS target, e.actor_id AS "actorId",
      e.request_id AS "requestId", e.hash
    FROM audit_events e
    WHERE e.organization_id = ${organizationId} AND e.sequence >= ${after.sequence}::bigint
    ORDER BY e.sequence LIMIT ${limit + 1}`);
  if (isSamePosition(after, startPosition)) return rows.slice(0, limit);
  const [known, ...changes] = rows;
  return known !== undefined && isSamePosition(known, after) ? changes : null;
}

/** The position of the last event; null when the log doesn't contain the event of `known`. */
export async function findHead(tx: Tx, organizationId: string, known: Position): Promise<Position | null> {
  const { rows } = await tx.query(sql<Position & { readonly isKnown: boolean }>`${prepare("findHead")}
    SELECT h.sequence::double precision AS sequence, h.hash, EXISTS (
      SELECT FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND e.sequence = ${known.sequence}::bigint
        AND e.hash = ${known.hash}) AS "isKnown"
    FROM audit_heads h WHERE h.organization_id = ${organizationId}`);
  const { isKnown, ...head } = rows[0] ?? { ...startPosition, isKnown: false };
  return isKnown || isSamePosition(known, startPosition) ? head : null;
}

/** Positions in an organization's log. */
export interface LogPositions {
  /** After the last event. */
  readonly head: Position;
  /** After the last event before `since`. */
  readonly before: Position;
  /** Whether the log contains the event of `known`. */
  readonly isKnown: boolean;
}

/** The current head, the head at `since`, and whether the log contains the event of `known`. */
export async function findPositions(
  tx: Tx,
  organizationId: string,
  { since, known }: { readonly since: Date; readonly known: Position },
): Promise<LogPositions> {
  const { rows } = await tx.query(sql<Omit<LogPositions, "before"> & { readonly before: Position | null }>`
    SELECT jsonb_build_object('sequence', h.sequence, 'hash', h.hash) AS head, EXISTS (
        SELECT FROM audit_events e
        WHERE e.organization_id = ${organizationId} AND e.sequence = ${known.sequence}::bigint
          AND e.hash = ${known.hash}) AS "isKnown", (
      SELECT jsonb_build_object('sequence', e.sequence - 1, 'hash', e.previous_hash) FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND e.sequence = (
        SELECT min(f.sequence) FROM audit_events f
        WHERE f.organization_id = ${organizationId} AND f.at >= ${since})) AS before
    FROM audit_heads h WHERE h.organization_id = ${organizationId}`);
  const { head, before, isKnown } = rows[0] ?? { head: startPosition, before: null, isKnown: false };
  return { head, before: before ?? head, isKnown: isKnown || isSamePosition(known, startPosition) };
}
