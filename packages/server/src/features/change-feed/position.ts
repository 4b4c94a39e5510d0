/**
 * Positions in an organization's audit log, and the events after one. The hash makes a position unique across database
 * restores.
 */
import type { ChangeEvent } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { prepare, type Statement, sql } from "../../db/sql.ts";

/** After an event: its sequence, and its hash, which depends on all earlier events. */
export interface Position {
  readonly sequence: number;
  readonly hash: string;
  /**
   * Ids of later events that weren't sealed yet when a state was read that contains their changes. They belong to the position,
   * because a history without them doesn't contain the state.
   */
  readonly unsealed?: readonly string[];
}

/** Most ids in a position. */
export const maxUnsealed = 16;

/** Before the first event. */
export const startPosition: Position = { sequence: 0, hash: "0".repeat(64) };

/** The position as the id of a server-sent event. */
export function formatPosition({ sequence, hash, unsealed = [] }: Position): string {
  return `${sequence}.${hash}${unsealed.join("").replaceAll("-", "")}`;
}

/** Parses such an id; null for a number without a hash, as sent by earlier versions. */
export function parsePosition(text: string): Position | null {
  const [, digits, hash, ids = ""] = /^(\d{1,15})\.([0-9a-f]{64})((?:[0-9a-f]{32})*)$/.exec(text) ?? [];
  if (digits === undefined || hash === undefined) return null;
  const position = { sequence: Number(digits), hash };
  return ids === "" ? position : { ...position, unsealed: ids.match(/.{32}/g) ?? [] };
}

/** Whether both are after the same sealed event. */
export function isSamePosition(one: Position, other: Position): boolean {
  return one.sequence === other.sequence && one.hash === other.hash;
}

function isStart(position: Position): boolean {
  return isSamePosition(position, startPosition) && position.unsealed === undefined;
}

/** An event with its position. */
export interface StoredChange extends Position {
  readonly unsealed?: never;
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

/**
 * The position of the current state: after the last sealed event, and with up to `maxUnsealed + 1` ids. Null when the log doesn't
 * contain the events of `known`.
 */
export async function findHead(tx: Tx, organizationId: string, known: Position): Promise<Position | null> {
  const { rows } = await tx.query(sql<{
    sequence: number | null;
    hash: string | null;
    isKnown: boolean;
    unsealed: string[];
  }>`${prepare("findHead")}
    SELECT (SELECT h.sequence::double precision FROM audit_heads h WHERE h.organization_id = ${organizationId}) AS sequence,
      (SELECT h.hash FROM audit_heads h WHERE h.organization_id = ${organizationId}) AS hash,
      ${containsPosition(organizationId, known)} AS "isKnown",
      COALESCE((SELECT jsonb_agg(w.event_id) FROM (
        SELECT u.event_id FROM unsealed_audit_events u
        WHERE u.organization_id = ${organizationId} ORDER BY u.position LIMIT ${maxUnsealed + 1}) w), '[]'::jsonb) AS unsealed`);
  const [row] = rows;
  if (row?.isKnown !== true) return null;
  const { sequence, hash, unsealed } = row;
  const head = sequence === null || hash === null ? startPosition : { sequence, hash };
  return unsealed.length === 0 ? head : { ...head, unsealed };
}

/** Condition: the log has the events of the position. */
function containsPosition(organizationId: string, position: Position): Statement {
  const { sequence, hash, unsealed = [] } = position;
  return sql`((${sequence}::bigint = 0 AND ${hash}::text = repeat('0', 64) OR EXISTS (
      SELECT FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND e.sequence = ${sequence}::bigint AND e.hash = ${hash}::text))
    AND NOT EXISTS (SELECT FROM unnest(${unsealed}::uuid[]) AS k (id)
      WHERE NOT EXISTS (SELECT FROM audit_events e
          WHERE e.organization_id = ${organizationId} AND e.event_id = k.id)
        AND NOT EXISTS (SELECT FROM unsealed_audit_events w
          WHERE w.organization_id = ${organizationId} AND w.event_id = k.id)))`;
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
    SELECT jsonb_build_object('sequence', h.sequence, 'hash', h.hash) AS head,
      ${containsPosition(organizationId, known)} AS "isKnown", (
      SELECT jsonb_build_object('sequence', e.sequence - 1, 'hash', e.previous_hash) FROM audit_events e
      WHERE e.organization_id = ${organizationId} AND e.sequence = (
        SELECT min(f.sequence) FROM audit_events f
        WHERE f.organization_id = ${organizationId} AND f.at >= ${since})) AS before
    FROM audit_heads h WHERE h.organization_id = ${organizationId}`);
  const { head, before, isKnown } = rows[0] ?? { head: startPosition, before: null, isKnown: false };
  return { head, before: before ?? head, isKnown: isKnown || isStart(known) };
}
