/** SQL for lists of audit events. `sequence-range.ts` says which part of the log a list has to read. */
import type { ActorReference, AuditEvent, Total } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { toContainsPattern } from "../../db/search-words.ts";
import { joinSql, named, type Statement, sql } from "../../db/sql.ts";
import { cappedTotal, maxCounted } from "../../http/pagination.ts";
import { type Entry, findEntry, isWithinEntry } from "./one-entry.ts";
import { cutRange, type EventOrder, findRange, isWithinRange, type SequenceRange } from "./sequence-range.ts";

/** Which events; null matches all. */
export interface EventFilter {
  readonly organizationId: string;
  readonly actor: { readonly type: ActorReference["type"] | null; readonly id: string | null } | null;
  /** An action (`users.edited`), or the beginning of several up to the dot (`users.`). */
  readonly action: string | null;
  readonly targetId: string | null;
  /** From this instant on. */
  readonly from: Date | null;
  /** Up to, not including, this instant. */
  readonly to: Date | null;
  /** Folded words; each must occur in the name of the actor or of the target. */
  readonly words: readonly string[];
  readonly isGrouped: boolean;
  /** Only events within this entry. */
  readonly entryId: string | null;
}

/** An event as it is stored. */
export interface StoredEvent {
  readonly id: string;
  /** Null, like `hash`, while it isn't sealed. */
  readonly sequence: number | null;
  readonly at: Date;
  readonly actor: ActorReference;
  readonly action: string;
  readonly target: AuditEvent["target"];
  readonly changes: AuditEvent["changes"];
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly hash: string | null;
}

/** A page of the log, following the event with sequence `after`. */
export interface EventPage extends EventFilter {
  readonly order: EventOrder;
  readonly after: number | null;
  readonly limit: number;
}

/** Events among which a common name fills a page. If they don't, the index of names finds all matches. */
const scannedEvents = 5_000;
/** Events among which the matches of a common name are counted. */
const countedEvents = 10_000;
/** Matches are counted up to this number where each has to be read: beyond it, counting would take longer than the page. */
const maxReadCount = 100;
/** Events of one actor or on one target that are read one by one. */
const fewEvents = 5_000;

/** Sealed events in order. */
export async function listEvents(tx: Tx, page: EventPage): Promise<readonly StoredEvent[]> {
  const conditions = await readConditions(tx, page);
  if (conditions === null) return [];
  const { range, others } = conditions;
  const { words, limit } = page;
  if (words.length === 0 || (await areFew(tx, page)))
    return select(tx, page, [isWithinRange(range), ...others, ...nameConditions(words)]);
  const near = cutRange(range, page.order, scannedEvents);
  const { rows: first } = await tx.query(sql<StoredEvent>`${named("selectNearEvents")}
    SELECT ${eventColumns} FROM ${readRange(page.organizationId, near, sql`ORDER BY e.sequence ${direction(page)}`)} AS e
    WHERE ${joinSql([...others, ...nameConditions(words)], " AND ")}
    ORDER BY e.sequence ${direction(page)} LIMIT ${limit}`);
  if (first.length === limit || (near.first === range.first && near.last === range.last)) return first;
  const { rows } = await tx.query(sql<StoredEvent>`${named("listEvents")}
    ${findByName(page, range)}
    SELECT ${eventColumns} FROM (SELECT f.sequence FROM found f ORDER BY f.sequence ${direction(page)}) AS f
      CROSS JOIN LATERAL ${selectBySequence(page)} AS e
    WHERE ${joinSql([sql`true`, ...others], " AND ")}
    ORDER BY f.sequence ${direction(page)} LIMIT ${limit}`);
  return rows;
}

/** Whether the log has that event: after a restore another one may have its sequence. */
export async function hasEvent(
  tx: Tx,
  organizationId: string,
  { sequence, hash }: Pick<StoredEvent, "sequence" | "hash">,
): Promise<boolean> {
  const { rows } = await tx.query(sql`${named("hasEvent")}
    SELECT FROM audit_events e
    WHERE e.organization_id = ${organizationId} AND e.sequence = ${sequence}::bigint AND e.hash = ${hash}`);
  return rows.length === 1;
}

/** The number of sealed events; a lower bound where many match. */
export async function countEvents(tx: Tx, filter: EventFilter): Promise<Total> {
  const page = { ...filter, order: "newest-first", after: null } as const;
  const conditions = await readConditions(tx, page);
  if (conditions === null) return cappedTotal(0);
  const { range, others } = conditions;
  const { words, organizationId } = filter;
  const count = async (source: Statement, max: number): Promise<Total> => {
    const { rows } = await tx.query(sql<{ count: number }>`${named("countEvents")}
      SELECT count(*)::integer AS count FROM (${source} LIMIT ${max + 1}) AS counted`);
    return cappedTotal(rows[0]?.count ?? 0, max);
  };
  const filters = [...others, ...nameConditions(words)];
  const all = sql`SELECT FROM audit_events e WHERE e.organization_id = ${organizationId}
    AND ${joinSql([isWithinRange(range), ...filters], " AND ")}`;
  // The order of the primary key makes the planner use it: a scan of the table might read other organizations first. With
  // further conditions it would sort all that match.
  if (others.length === 0 && words.length === 0)
    return count(sql`${all} ORDER BY e.sequence DESC`, maxCounted);
  if (words.length === 0 || (await areFew(tx, page))) return count(all, maxCounted);
  const near = cutRange(range, "newest-first", countedEvents);
  const isWhole = near.first === range.first;
  const total = await count(
    sql`SELECT FROM ${readRange(organizationId, near)} AS e WHERE ${joinSql(filters, " AND ")}`,
    isWhole ? maxCounted : maxReadCount,
  );
  if (isWhole || !total.exact) return total;
  const matches = others.length === 0 ? sql`SELECT FROM found` : selectFound(page, others);
  return count(sql`${findByName(page, range)} ${matches}`, maxReadCount);
}

/** The columns of a stored event. */
export const eventColumns: Statement = sql`e.event_id AS id, e.sequence::double precision AS sequence, e.at, e.action, e.changes, e.ip,
  e.user_agent AS "userAgent", e.hash,
  jsonb_build_object('type', e.actor_type, 'id', e.actor_id, 'name', e.actor_name) AS actor,
  jsonb_build_object('type', e.target_type, 'id', e.target_id, 'name', e.target_name) AS target`;

async function select(
  tx: Tx,
  page: EventPage,
  conditions: readonly Statement[],
): Promise<readonly StoredEvent[]> {
  const { rows } = await tx.query(sql<StoredEvent>`${named("selectEvents")}
    SELECT ${eventColumns} FROM audit_events e
    WHERE e.organization_id = ${page.organizationId} AND ${joinSql(conditions, " AND ")}
    ORDER BY e.sequence ${direction(page)} LIMIT ${page.limit}`);
  return rows;
}

/**
 * The events of a small range. Without its LIMIT, the planner might look for the first matches of a common name from the beginning of the
 * table.
 */
function readRange(organizationId: string, range: SequenceRange, order: Statement = sql``): Statement {
  return sql`(SELECT * FROM audit_events e
    WHERE e.organization_id = ${organizationId} AND ${isWithinRange(range)}
    ${order} LIMIT ${range.last - range.first + 1})`;
}

/** The sequences of all events in the range whose names contain the words, as the query `found`. */
function findByName({ organizationId, words }: EventFilter, { first, last }: SequenceRange): Statement {
  const conditions = words.map((word) => matchesWord(sql`s.search_key`, word));
  return sql`WITH found AS MATERIALIZED (
    SELECT s.sequence FROM audit_search s
    WHERE s.organization_id = ${organizationId} AND s.sequence BETWEEN ${first}::bigint AND ${last}::bigint
      AND ${joinSql(conditions, " AND ")})`;
}

function selectFound(filter: EventFilter, others: readonly Statement[]): Statement {
  return sql`SELECT FROM found f CROSS JOIN LATERAL ${selectBySequence(filter)} AS e WHERE ${joinSql(others, " AND ")}`;
}

/** One event by primary key. The LIMIT makes the planner use the key whatever row count it estimates. */
function selectBySequence({ organizationId }: EventFilter): Statement {
  return sql`(SELECT * FROM audit_events e WHERE e.organization_id = ${organizationId} AND e.sequence = f.sequence LIMIT 1)`;
}

/** The range to read and the other conditions, except those of the names; null if no event can match. */
async function readConditions(
  tx: Tx,
  page: Omit<EventPage, "limit">,
): Promise<{ readonly range: SequenceRange; readonly others: readonly Statement[] } | null> {
  const { entryId, organizationId } = page;
  const entry = entryId === null ? null : await findEntry(tx, organizationId, entryId);
  if (entryId !== null && entry === null) return null;
  const range = await findRange(tx, page);
  if (range === null) return null;
  const others = toConditions({ ...page, words: [] }, entry);
  return { range, others };
}

/** Conditions on event `e`, without those of the sequence. */
export function toConditions(
  { actor, action, targetId, from, to, isGrouped, words }: EventFilter,
  entry: Entry | null,
): readonly Statement[] {
  return [
    ...(actor === null || actor.type === null ? [] : [sql`e.actor_type = ${actor.type}`]),
    ...(actor === null || actor.id === null ? [] : [sql`e.actor_id = ${actor.id}::uuid`]),
    ...(action === null ? [] : [whereAction(action)]),
    ...(targetId === null ? [] : [sql`e.target_id = ${targetId}::uuid`]),
    ...(from === null ? [] : [sql`e.at >= ${from}`]),
    ...(to === null ? [] : [sql`e.at < ${to}`]),
    ...(isGrouped ? [sql`NOT e.is_within`] : []),
    ...(entry === null ? [] : [isWithinEntry(entry)]),
    ...nameConditions(words),
  ];
}

/** Whether the actor or the target has few events, which an index finds. */
async function areFew(tx: Tx, { organizationId, actor, targetId }: EventFilter): Promise<boolean> {
  const actorId = actor?.id ?? null;
  if (actorId === null && targetId === null) return false;
  const condition =
    targetId === null ? sql`e.actor_id = ${actorId}::uuid` : sql`e.target_id = ${targetId}::uuid`;
  const { rows } = await tx.query(sql`${named("areEventsFew")}
    SELECT FROM audit_events e
    WHERE e.organization_id = ${organizationId} AND ${condition} LIMIT ${fewEvents + 1}`);
  return rows.length <= fewEvents;
}

function nameConditions(words: readonly string[]): readonly Statement[] {
  return words.map((word) => matchesWord(sql`e.search_key`, word));
}

/** No index finds one or two letters inside a word, so they are looked for at the beginning of a word. */
function matchesWord(key: Statement, word: string): Statement {
  const pattern = toContainsPattern(word);
  if ([...word].length > 2) return sql`${key} LIKE ${pattern}`;
  return sql`(${key} LIKE ${`% ${pattern.slice(1)}`} OR ${key} LIKE ${`%-${pattern.slice(1)}`})`;
}

/** `/` is the character after the dot, so a range matches the prefix and can use an index. */
function whereAction(action: string): Statement {
  if (!action.endsWith(".")) return sql`e.action = ${action}`;
  return sql`(e.action >= ${action} AND e.action < ${`${action.slice(0, -1)}/`})`;
}

function direction({ order }: Pick<EventPage, "order">): Statement {
  return order === "newest-first" ? sql`DESC` : sql`ASC`;
}
